-- Every metric of every slice, one row each: the table that a new metric appears in by itself.
with

int_metrics as (
    select * from {{ ref('int_metrics') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
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
    metrics.run_id,
    runs.system,
    runs.temperature,
    metrics.extraction,
    metrics.synthetic,
    metrics.slice,
    metrics.dataset,
    metrics.language,
    metrics.gender,
    metrics.age_band,
    metrics.speaker_id,
    metrics.metric,
    metrics.value,
    metrics.n,
    {{ as_of() }} as as_of
from metrics
inner join runs
    on metrics.run_id = runs.run_id
order by
    metrics.slice,
    metrics.run_id,
    metrics.extraction
