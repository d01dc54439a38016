{#- The moment that a build describes, in every mart: what was stored by then counts. Normally that
    is when the build began; SER_AS_OF (ISO time) makes it an earlier one. -#}
{% macro as_of() -%}
    timestamptz '{{ env_var('SER_AS_OF', '') or run_started_at.isoformat() }}'
{%- endmacro %}
