{#- The columns that every metric mart begins with, from `counts` and `runs`. -#}
{% macro slice_columns(slice) -%}
    counts.run_id,
    runs.system,
    runs.temperature,
    counts.extraction,
    counts.synthetic
    {%- for dimension in metric_slices()[slice] %},
    counts.{{ dimension }}
    {%- endfor %}
{%- endmacro %}

{#- A wide metric mart: the rows of one slice. -#}
{% macro metrics_by(slice) -%}
select
    {{ slice_columns(slice) }},
    counts.macro_f1,
    counts.weighted_f1,
    counts.accuracy,
    counts.uar,
    counts.answered_rate,
    counts.n,
    {{ as_of() }} as as_of
from {{ ref('int_metrics') }} as counts
inner join {{ ref('stg_runs') }} as runs
    on counts.run_id = runs.run_id
where counts.slice = '{{ slice }}'
order by all
{%- endmacro %}

{#- A per-class mart: precision, recall and F1 of every emotion of the truth within one slice. -#}
{% macro metrics_by_class(slice) -%}
select
    {{ slice_columns(slice) }},
    counts.emotion,
    counts.precision,
    counts.recall,
    counts.f1,
    counts.answered / counts.support as answered_rate,
    counts.support as n,
    counts.predicted as n_predicted,
    {{ as_of() }} as as_of
from {{ ref('int_class_counts') }} as counts
inner join {{ ref('stg_runs') }} as runs
    on counts.run_id = runs.run_id
where
    counts.slice = '{{ slice }}'
    and counts.support > 0
order by all
{%- endmacro %}
