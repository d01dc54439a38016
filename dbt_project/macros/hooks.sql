{#- The Parquet tables as views in the schema of the source, so that they are relations like any
    other: unit tests can stand in for them and people can query the raw rows. -#}
{% macro create_source_views() -%}
    {%- if execute %}
    create schema if not exists warehouse;
    {%- for source in graph.sources.values() %}
    create or replace view warehouse.{{ source.name }} as
    select *
    from read_parquet(
        '{{ env_var("SER_WAREHOUSE", "../warehouse/data") }}/{{ source.name }}/**/*.parquet',
        union_by_name = true,
        hive_partitioning = false
    );
    comment on view warehouse.{{ source.name }} is '{{ source.description | replace("'", "''") }}';
    {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#- Say after a plain `dbt build` that readers do not see it yet; `make build` publishes itself. -#}
{% macro say_how_to_publish(results) -%}
    {%- if execute and not env_var('SER_BUILD', '')
        and flags.WHICH in ('build', 'run')
        and results | rejectattr('status', 'in', ['success', 'pass', 'warn']) | list | length == 0 -%}
        {{ log('Built, not yet published: readers still see the last published database. '
            ~ 'To publish this one: make publish', info=true) }}
    {%- endif -%}
{%- endmacro %}
