{#- The extraction methods. A method is a model int_extract__<name> with the columns of
    int_extractions; seeds/extractions.csv names its variants (threshold, default). -#}
{% macro extraction_methods() -%}
    {{ return(['exact', 'cameo', 'robust']) }}
{%- endmacro %}
