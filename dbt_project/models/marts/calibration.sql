-- How well the probabilities of a run fit what is true, for runs that stored log-probabilities.
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
    sum(abs(bins.confidence - bins.hits)) / sum(bins.n) as ece,
    sum(bins.brier) / sum(bins.n) as brier,
    sum(bins.nll) / sum(bins.n) as nll,
    sum(bins.confidence) / sum(bins.n) as mean_confidence,
    sum(bins.hits) / sum(bins.n) as accuracy,
    sum(bins.n)::bigint as n,
    {{ as_of() }} as as_of
from bins
inner join runs
    on bins.run_id = runs.run_id
group by
    bins.run_id,
    runs.system,
    runs.temperature,
    bins.synthetic,
    bins.slice,
    bins.dataset
order by all
