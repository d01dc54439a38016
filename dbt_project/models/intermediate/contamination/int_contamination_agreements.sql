-- The share of clips that get the same label at a system's lowest and highest temperature. A clip
-- without a label in either answer is not sure. Pairs of answers are counted by verdict before any
-- extraction is looked at.
with

runs as (
    select * from {{ ref('int_contamination_runs') }}
    where role in ('base', 'hottest')
),

pairs as (
    select
        base.system,
        base.run_id as base_run_id,
        base.temperature as lowest_temperature,
        hottest.run_id as hottest_run_id,
        hottest.temperature as highest_temperature
    from runs as base
    inner join runs as hottest
        on
            base.system = hottest.system
            and base.role = 'base'
            and hottest.role = 'hottest'
),

answers as (
    select
        predictions.run_id,
        predictions.file_id,
        predictions.dataset,
        coalesce(verdicts.compared_id, 0) as verdict_id
    from {{ ref('int_predictions') }} as predictions
    left join {{ ref('int_answer_verdicts') }} as verdicts
        on predictions.answer_id = verdicts.answer_id
    where
        not predictions.synthetic
        and predictions.run_id in (select runs.run_id from runs)
),

counted as (
    select
        pairs.system,
        pairs.lowest_temperature,
        pairs.highest_temperature,
        base.dataset,
        base.verdict_id,
        hottest.verdict_id as hottest_verdict_id,
        count(*) as n
    from pairs
    inner join answers as base
        on pairs.base_run_id = base.run_id
    inner join answers as hottest
        on
            pairs.hottest_run_id = hottest.run_id
            and base.file_id = hottest.file_id
    group by all
),

verdicts as (
    select
        verdict_id,
        extraction,
        label
    from {{ ref('int_verdicts') }}
    where not is_sweep
),

by_verdict as (
    select
        counted.system,
        base.extraction,
        counted.dataset,
        counted.lowest_temperature,
        counted.highest_temperature,
        counted.n,
        coalesce(base.label = hottest.label, false) as is_equal
    from counted
    inner join verdicts as base
        on counted.verdict_id = base.verdict_id
    inner join verdicts as hottest
        on
            counted.hottest_verdict_id = hottest.verdict_id
            and base.extraction = hottest.extraction
),

probable as (
    select
        run_id,
        file_id,
        dataset,
        extraction,
        label
    from {{ ref('int_extract__logprob') }}
    where not synthetic
),

by_probability as (
    select
        pairs.system,
        base.extraction,
        base.dataset,
        pairs.lowest_temperature,
        pairs.highest_temperature,
        1 as n,
        coalesce(base.label = hottest.label, false) as is_equal
    from pairs
    inner join probable as base
        on pairs.base_run_id = base.run_id
    inner join probable as hottest
        on
            pairs.hottest_run_id = hottest.run_id
            and base.file_id = hottest.file_id
),

int_contamination_agreements as (
    select * from by_verdict
    union all
    select * from by_probability
)

select
    system,
    extraction,
    dataset,
    lowest_temperature,
    highest_temperature,
    sum(n)::bigint as n,
    coalesce(sum(n) filter (where is_equal), 0) / sum(n) as agreement
from int_contamination_agreements
group by
    system,
    extraction,
    dataset,
    lowest_temperature,
    highest_temperature
