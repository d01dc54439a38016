-- Every metric of every slice, one row each: the table that a new metric appears in by itself.
with

int_metrics as (
    select * from {{ ref('int_metrics') }}
),

metrics as (
    select *
    from int_metrics
    -- A metric that came out NULL is a row, for the contract to stop at, and not a row less.
    unpivot include nulls (
        value for metric in ({{ metric_columns() | join(', ') }})
    )
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
