{#- Every value is a number from 0 to 1, in `columns_or_null` where there is one; NaN is none. -#}
{% test values_lie_between_0_and_1(model, columns=[], columns_or_null=[]) %}
{%- set outside = [] %}
{%- for column in columns %}
    {%- do outside.append("not coalesce(" ~ column ~ " between 0 and 1, false)") %}
{%- endfor %}
{%- for column in columns_or_null %}
    {%- do outside.append(column ~ " not between 0 and 1") %}
{%- endfor %}
select {{ (columns + columns_or_null) | join(", ") }}
from {{ model }}
where {{ outside | join(" or ") }}
{% endtest %}
