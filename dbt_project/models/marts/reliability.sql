-- The reliability diagram of every run that stored log-probabilities: per bin of confidence, how sure
-- it was and how often it was right.
with

bins as (
    select * from {{ ref('int_calibration') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
)

select
    bins.run_id,
    runs.system,
    runs.temperature,
    bins.synthetic,
    bins.slice,
    bins.dataset,
    bins.bin,
    bins.confidence / bins.n as mean_confidence,
    bins.hits / bins.n as accuracy,
    bins.n,
    {{ as_of() }} as as_of
from bins
inner join runs
    on bins.run_id = runs.run_id
order by all
