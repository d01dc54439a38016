-- Every series of labels, which is one extraction's of one run, with a number: from here to the marts
-- what is counted is keyed by numbers, since names take ten times as long.
with

runs as (
    select distinct run_id
    from {{ ref('int_counts') }}
),

extractions as (
    select distinct
        extraction,
        is_sweep
    from {{ ref('int_verdicts') }}
),

series as (
    select
        runs.run_id,
        extractions.extraction,
        extractions.is_sweep
    from runs
    cross join extractions
    union all
    select distinct
        run_id,
        extraction,
        false as is_sweep
    from {{ ref('int_extract__logprob') }}
),

int_series as (
    select
        row_number() over (order by run_id, extraction)::integer as series_id,
        dense_rank() over (order by run_id)::integer as run_number,
        *
    from series
)

select * from int_series
