{#- Every value matches the whole regular expression `pattern`; NULL does not. -#}
{% test values_match(model, column_name, pattern) %}
select {{ column_name }}
from {{ model }}
where not coalesce(regexp_full_match({{ column_name }}, '{{ pattern }}'), false)
{% endtest %}
