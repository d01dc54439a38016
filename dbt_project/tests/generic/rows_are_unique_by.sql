{#- No two rows agree in all `columns`; NULL equals NULL, as a slice without a dataset is one slice. -#}
{% test rows_are_unique_by(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
