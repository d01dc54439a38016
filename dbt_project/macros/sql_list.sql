{#- Names as SQL has them in a list: ('a', 'b'). -#}
{% macro sql_list(names) -%}
    ('{{ names | join("', '") }}')
{%- endmacro %}
