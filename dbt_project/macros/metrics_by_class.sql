{#- A per-class mart: precision, recall and F1 of every emotion within one slice. -#}
{% macro metrics_by_class(slice) -%}
with

counts as (
    select * from {{ ref('int_class_counts') }}
    where slice = '{{ slice }}'
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
)

select
    counts.run_id,
    runs.system,
    runs.temperature,
    counts.extraction,
    counts.synthetic,
    {%- for dimension in metric_slices()[slice] %}
    counts.{{ dimension }},
    {%- endfor %}
    counts.emotion,
    counts.precision,
    counts.recall,
    counts.f1,
    counts.answered / counts.support as answered_rate,
    counts.support as n,
    counts.predicted as n_predicted
from counts
inner join runs
    on counts.run_id = runs.run_id
order by all
{%- endmacro %}
