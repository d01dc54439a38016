{#- Whether `label` is one of the candidates `labels`, which are joined by |. NULL is none of them. -#}
{% macro is_on_offer(label, labels) -%}
    coalesce(contains('|' || {{ labels }} || '|', '|' || {{ label }} || '|'), false)
{%- endmacro %}
