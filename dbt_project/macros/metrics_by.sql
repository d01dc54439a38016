{#- The columns that every metric mart begins with. -#}
{% macro slice_columns(slice) -%}
    run_id,
    system,
    temperature,
    extraction,
    synthetic
    {%- for dimension in metric_slices()[slice] %},
    {{ dimension }}
    {%- endfor %}
{%- endmacro %}

{#- A wide metric mart: the rows of one slice. -#}
{% macro metrics_by(slice) -%}
select
    {{ slice_columns(slice) }},
    macro_f1,
    weighted_f1,
    accuracy,
    uar,
    answered_rate,
    n
from {{ ref('int_metrics') }}
where slice = '{{ slice }}'
order by all
{%- endmacro %}

{#- A per-class mart: precision, recall and F1 of every emotion within one slice. -#}
{% macro metrics_by_class(slice) -%}
select
    {{ slice_columns(slice) }},
    emotion,
    precision,
    recall,
    f1,
    answered / support as answered_rate,
    support as n,
    predicted as n_predicted
from {{ ref('int_class_counts') }}
where slice = '{{ slice }}'
order by all
{%- endmacro %}
