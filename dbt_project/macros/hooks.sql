{#- The folder with the Parquet tables, absolute, so that the views work wherever the database is
    opened: $SER_WAREHOUSE, relative to the checkout; empty is unset. profiles.yml says the same. -#}
{% macro data_folder() -%}
    {%- set chosen = env_var('SER_WAREHOUSE', '') or 'warehouse/data' -%}
    {{ return(chosen if chosen.startswith('/') else invocation_args_dict.project_dir ~ '/../' ~ chosen) }}
{%- endmacro %}

{#- A folder's name as DuckDB reads it in a glob and a string: [, *, ? and ' stand for themselves. -#}
{% macro in_glob(folder) -%}
    {{ return(folder | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') | replace("'", "''")) }}
{%- endmacro %}

{#- The Parquet tables as views in the schema of the source, so that they are relations like any
    other: unit tests can stand in for them and people can query the raw rows. -#}
{% macro create_source_views() -%}
    {%- if execute %}
    {%- for source in graph.sources.values() %}
    create or replace view warehouse.{{ source.name }} as
    select *
    from read_parquet(
        '{{ in_glob(data_folder()) }}/{{ source.name }}/**/*.parquet',
        union_by_name = true,
        hive_partitioning = false
    );
    comment on view warehouse.{{ source.name }} is '{{ source.description | replace("'", "''") }}';
    {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#- Whether all of `dbt build` ran, on all rows, and no test failed: only that may be published. Unit
    tests may be left out: they try the rules on rows of their own and say nothing about this data. -#}
{% macro build_is_whole(results) -%}
    {%- set narrowed_by = [
        'select', 'models', 'exclude', 'selector', 'resource_types', 'empty', 'sample', 'vars'
    ] -%}
    {{ return(
        flags.WHICH == 'build'
        and invocation_args_dict.get('exclude_resource_types', []) | reject('eq', 'unit_test') | list == []
        and invocation_args_dict.items() | selectattr(0, 'in', narrowed_by) | selectattr(1) | list == []
        and results | length > 0
        and results | rejectattr('status', 'in', ['success', 'pass', 'warn']) | list == []
    ) }}
{%- endmacro %}

{#- What may be published says so itself: no row of build_state is ok from the first statement of any
    dbt command to the end of a whole build. -#}
{% macro record_build_state(ok=false) -%}
    create schema if not exists warehouse;
    create or replace table warehouse.build_state as
    select
        {{ ok }} as ok,
        timestamptz '{{ run_started_at.isoformat() }}' as started_at,
        {{ as_of() }} as as_of,
        rules_sha256() as rules_sha256,
        '{{ flags.WHICH }}' as command;
    comment on table warehouse.build_state is
        'Whether the last dbt command was a whole `dbt build` without a failure (else nothing is published), the moment it describes, and the fingerprint of the rules it was made by.';
{%- endmacro %}

{#- Say after a plain `dbt build` that readers do not see it yet; `make build` publishes itself. -#}
{% macro say_how_to_publish(results) -%}
    {%- if execute and not env_var('SER_BUILD', '') and build_is_whole(results) -%}
        {{ log('Built, not yet published: readers still see the last published database. '
            ~ 'To publish this one: make publish', info=true) }}
    {%- endif -%}
{%- endmacro %}
