{#- The 95 % Wilson score interval of a share: unlike p ± 1.96 standard errors it stays between 0 and
    1 and says something also where nothing or everything is hit. NULL where there is nothing. -#}
{% macro wilson_bound(hits, n, sign) -%}
    {%- set z = 1.959963984540054 -%}
    greatest(0, least(1, (
        {{ hits }} + {{ z * z / 2 }}
        {{ sign }} {{ z }} * sqrt({{ hits }} * ({{ n }} - {{ hits }}) / nullif({{ n }}, 0) + {{ z * z / 4 }})
    ) / nullif({{ n }} + {{ z * z }}, 0)))
{%- endmacro %}

{% macro wilson_low(hits, n) -%}
    {{ wilson_bound(hits, n, '-') }}
{%- endmacro %}

{% macro wilson_high(hits, n) -%}
    {{ wilson_bound(hits, n, '+') }}
{%- endmacro %}
