{#- The moment that a build describes, in every mart: when it began, or an earlier one if SER_AS_OF
    (ISO time) asks for that. -#}
{% macro as_of() -%}
    timestamptz '{{ env_var('SER_AS_OF', '') or run_started_at.isoformat() }}'
{%- endmacro %}

{#- Whether a row was stored by then. Without SER_AS_OF all rows count, whatever the clocks of the
    machines that wrote them said. -#}
{% macro stored_by_then(column) -%}
    {{ 'coalesce(' ~ column ~ ' <= ' ~ as_of() ~ ', true)' if env_var('SER_AS_OF', '') else 'true' }}
{%- endmacro %}
