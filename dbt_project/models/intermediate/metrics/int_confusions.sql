-- How often each true emotion was read as each label, per group of clips. Speakers are told apart
-- for the extractions that people compare, not for those of a sweep.
with

groups as (
    select * from {{ ref('int_groups') }}
),

verdicts as (
    select * from {{ ref('int_verdicts') }}
),

compared as (
    select
        counts.run_id,
        verdicts.extraction,
        counts.group_id,
        counts.emotion,
        verdicts.label,
        sum(counts.n) as n
    from {{ ref('int_counts') }} as counts
    inner join verdicts
        on
            counts.verdict_id = verdicts.verdict_id
            and not verdicts.is_sweep
    group by all
    union all
    select
        run_id,
        extraction,
        group_id,
        emotion,
        label,
        count(*) as n
    from {{ ref('int_extract__logprob') }}
    group by all
),

compared_groups as (
    select
        compared.run_id,
        compared.extraction,
        false as is_sweep,
        groups.synthetic,
        groups.dataset,
        groups.language,
        groups.gender,
        groups.age_band,
        groups.speaker_id,
        compared.emotion,
        compared.label,
        sum(compared.n) as n
    from compared
    inner join groups
        on compared.group_id = groups.group_id
    group by all
),

swept_answers as (
    select
        predictions.run_id,
        groups.synthetic,
        groups.dataset,
        groups.language,
        groups.gender,
        groups.age_band,
        predictions.emotion,
        coalesce(answer_verdicts.swept_id, 0) as verdict_id,
        count(*) as n
    from {{ ref('int_predictions') }} as predictions
    inner join groups
        on predictions.group_id = groups.group_id
    left join {{ ref('int_answer_verdicts') }} as answer_verdicts
        on predictions.answer_id = answer_verdicts.answer_id
    group by all
),

swept as (
    select
        swept_answers.run_id,
        verdicts.extraction,
        true as is_sweep,
        swept_answers.synthetic,
        swept_answers.dataset,
        swept_answers.language,
        swept_answers.gender,
        swept_answers.age_band,
        null::varchar as speaker_id,
        swept_answers.emotion,
        verdicts.label,
        sum(swept_answers.n) as n
    from swept_answers
    inner join verdicts
        on
            swept_answers.verdict_id = verdicts.verdict_id
            and verdicts.is_sweep
    group by all
),

int_confusions as (
    select * from compared_groups
    union all
    select * from swept
)

select * replace (n::bigint as n)
from int_confusions
