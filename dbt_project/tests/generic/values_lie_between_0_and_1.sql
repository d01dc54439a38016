{#- Every value is a number from 0 to 1; NaN is none. -#}
{% test values_lie_between_0_and_1(model, column_name) %}
select {{ column_name }}
from {{ model }}
where not coalesce({{ column_name }} between 0 and 1, false)
{% endtest %}
