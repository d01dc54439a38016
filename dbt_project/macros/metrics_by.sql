{#- A wide metric mart: the rows of one slice with the run they belong to. -#}
{% macro metrics_by(slice) -%}
with

int_metrics as (
    select * from {{ ref('int_metrics') }}
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
    int_metrics.run_id,
    runs.system,
    runs.temperature,
    int_metrics.extraction,
    int_metrics.synthetic,
    {%- for dimension in metric_slices()[slice] %}
    int_metrics.{{ dimension }},
    {%- endfor %}
    int_metrics.macro_f1,
    int_metrics.weighted_f1,
    int_metrics.accuracy,
    int_metrics.uar,
    int_metrics.answered_rate,
    int_metrics.n
from int_metrics
inner join runs
    on int_metrics.run_id = runs.run_id
order by all
{%- endmacro %}
