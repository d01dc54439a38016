-- What became of the answers of a run: how many were read, how, and how many could not be.
with

counts as (
    select * from {{ ref('int_counts') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

verdicts as (
    select * from {{ ref('int_verdicts') }}
    where not is_sweep
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
),

statuses as (
    select
        counts.run_id,
        verdicts.extraction,
        counts.group_id,
        verdicts.status,
        counts.n
    from counts
    inner join verdicts
        on counts.verdict_id = verdicts.verdict_id
    union all
    select
        run_id,
        extraction,
        group_id,
        status,
        1 as n
    from {{ ref('int_extract__logprob') }}
)

select
    statuses.run_id,
    runs.system,
    runs.temperature,
    statuses.extraction,
    groups.synthetic,
    groups.dataset,
    groups.language,
    statuses.status,
    sum(statuses.n)::bigint as n,
    {{ as_of() }} as as_of
from statuses
inner join groups
    on statuses.group_id = groups.group_id
inner join runs
    on statuses.run_id = runs.run_id
group by all
order by all
