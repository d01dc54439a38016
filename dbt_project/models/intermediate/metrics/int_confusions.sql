-- How often each true emotion was read as each label, per group of clips, all of them numbers. Voices
-- are told apart for the extractions that people compare, not for those of a sweep.
with

classes as (
    select * from {{ ref('int_classes') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

series as (
    select * from {{ ref('int_series') }}
),

runs as (
    select distinct
        run_id,
        run_number
    from series
),

-- What a verdict says, in every series that it can be part of.
verdicts as (
    select
        verdicts.verdict_id,
        verdicts.is_sweep,
        series.run_number,
        series.series_id,
        coalesce(classes.class_id, -1) as label_id
    from {{ ref('int_verdicts') }} as verdicts
    inner join series
        on verdicts.extraction = series.extraction
    left join classes
        on verdicts.label = classes.emotion
),

counts as (
    select
        runs.run_number,
        groups.voice_id,
        groups.band_id,
        classes.class_id as truth_id,
        counts.verdict_id,
        counts.n
    from {{ ref('int_counts') }} as counts
    inner join runs
        on counts.run_id = runs.run_id
    inner join groups
        on counts.group_id = groups.group_id
    inner join classes
        on counts.emotion = classes.emotion
),

compared as (
    select
        verdicts.series_id,
        counts.voice_id,
        counts.band_id,
        counts.truth_id,
        verdicts.label_id,
        counts.n
    from counts
    inner join verdicts
        on
            counts.verdict_id = verdicts.verdict_id
            and counts.run_number = verdicts.run_number
            and not verdicts.is_sweep
    union all
    select
        series.series_id,
        groups.voice_id,
        groups.band_id,
        truths.class_id as truth_id,
        coalesce(labels.class_id, -1) as label_id,
        1 as n
    from {{ ref('int_extract__logprob') }} as logprob
    inner join series
        on
            logprob.run_id = series.run_id
            and logprob.extraction = series.extraction
    inner join groups
        on logprob.group_id = groups.group_id
    inner join classes as truths
        on logprob.emotion = truths.emotion
    left join classes as labels
        on logprob.label = labels.emotion
),

swept_answers as (
    select
        runs.run_number,
        groups.band_id,
        classes.class_id as truth_id,
        coalesce(answer_verdicts.swept_id, 0) as verdict_id,
        count(*) as n
    from {{ ref('int_predictions') }} as predictions
    inner join runs
        on predictions.run_id = runs.run_id
    inner join groups
        on predictions.group_id = groups.group_id
    inner join classes
        on predictions.emotion = classes.emotion
    left join {{ ref('int_answer_verdicts') }} as answer_verdicts
        on predictions.answer_id = answer_verdicts.answer_id
    group by all
),

swept as (
    select
        verdicts.series_id,
        null::integer as voice_id,
        swept_answers.band_id,
        swept_answers.truth_id,
        verdicts.label_id,
        swept_answers.n
    from swept_answers
    inner join verdicts
        on
            swept_answers.verdict_id = verdicts.verdict_id
            and swept_answers.run_number = verdicts.run_number
            and verdicts.is_sweep
),

int_confusions as (
    select * from compared
    union all
    select * from swept
)

select
    series_id,
    voice_id,
    band_id,
    truth_id,
    label_id,
    sum(n)::bigint as n
from int_confusions
group by all
