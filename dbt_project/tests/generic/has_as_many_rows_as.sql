{#- The model has exactly as many rows as `other`: nothing is lost or doubled on the way. -#}
{% test has_as_many_rows_as(model, other) %}
select
    (select count(*) from {{ model }}) as n,
    (select count(*) from {{ other }}) as n_other
where n != n_other
{% endtest %}
