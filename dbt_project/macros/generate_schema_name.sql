{#- Schemas are called what the models ask for (staging, intermediate, main), without a prefix:
    every build has a database file of its own, so there is nothing to keep apart. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
