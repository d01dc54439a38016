-- Every metric of every slice, one row each: the table that a new metric appears in by itself.
with

int_metrics as (
    select * from {{ ref('int_metrics') }}
),

metrics as (
    unpivot int_metrics
    on {{ metric_columns() | join(', ') }}
    into name metric value value
)

select
    run_id,
    system,
    temperature,
    extraction,
    synthetic,
    slice,
    dataset,
    language,
    metric,
    value,
    n
from metrics
order by all
