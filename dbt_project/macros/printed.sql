{#- A number as it is, or as a paper prints it: unit tests set `printed_digits` to hold a model
    against a published table digit by digit. Builds never set it. -#}
{% macro printed(column) -%}
    {%- set digits = var('printed_digits', none) -%}
    {{ column if digits is none else 'round(' ~ column ~ ', ' ~ digits ~ ')' }}
{%- endmacro %}
