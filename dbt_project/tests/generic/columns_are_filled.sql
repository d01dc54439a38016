{#- No row lacks a value in any of `columns`. -#}
{#- One test per table and not one per column: each costs a query and dbt's own work around it. -#}
{% test columns_are_filled(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
where {{ columns | join(" is null or ") }} is null
{% endtest %}
