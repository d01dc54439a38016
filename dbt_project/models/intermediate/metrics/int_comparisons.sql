-- The runs of a board compared with each other in pairs, on the same clips. A board is what is ranked
-- together: one extraction, one kind of speech, one condition, complete runs. By clips, which are put
-- into 200 groups at random (by their id) and drawn as groups, so that all runs share the draws; and
-- by speakers, where clips whose speaker nobody knows stay in such groups.
{%- set clip_groups = 200 %}
with

complete as (
    select
        board.run_id,
        series.series_id,
        series.run_number as warehouse_run,
        board.extraction,
        board.synthetic,
        board.condition
    from {{ ref('int_board') }} as board
    inner join {{ ref('int_series') }} as series
        on
            board.run_id = series.run_id
            and board.extraction = series.extraction
    where
        board.coverage = 1
        and not series.is_sweep
),

run_numbers as (
    select
        *,
        (row_number() over (partition by extraction, synthetic, condition order by run_id) - 1)::integer
            as run_number
    from complete
),

complete_runs as (
    select distinct
        run_id,
        warehouse_run
    from complete
),

classes as (
    select * from {{ ref('int_classes') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

-- A unit is a number: that of a speaker, or less than 0 for a group of clips.
speakers as (
    select
        speaker_id,
        row_number() over (order by speaker_id)::integer as unit
    from groups
    where speaker_id is not null
    group by speaker_id
),

voices as (
    select distinct
        groups.voice_id,
        groups.synthetic,
        speakers.unit
    from groups
    inner join speakers
        on groups.speaker_id = speakers.speaker_id
),

verdicts as (
    select
        verdicts.verdict_id,
        complete.warehouse_run,
        complete.synthetic,
        complete.series_id,
        coalesce(classes.class_id, -1) as label_id
    from {{ ref('int_verdicts') }} as verdicts
    inner join complete
        on verdicts.extraction = complete.extraction
    left join classes
        on verdicts.label = classes.emotion
    where not verdicts.is_sweep
),

-- By group of clips, those of known and of unknown speakers apart.
counts as (
    select
        complete_runs.warehouse_run,
        predictions.synthetic,
        groups.speaker_id is not null as has_speaker,
        -1 - (hash(predictions.file_id) % {{ clip_groups }})::integer as unit,
        classes.class_id as truth_id,
        coalesce(answer_verdicts.compared_id, 0) as verdict_id,
        count(*) as n
    from {{ ref('int_predictions') }} as predictions
    inner join complete_runs
        on predictions.run_id = complete_runs.run_id
    inner join groups
        on predictions.group_id = groups.group_id
    inner join classes
        on predictions.emotion = classes.emotion
    left join {{ ref('int_answer_verdicts') }} as answer_verdicts
        on predictions.answer_id = answer_verdicts.answer_id
    group by all
),

by_clip_group as (
    select
        verdicts.series_id,
        counts.synthetic,
        counts.has_speaker,
        counts.unit,
        counts.truth_id,
        verdicts.label_id,
        counts.n
    from counts
    inner join verdicts
        on
            counts.verdict_id = verdicts.verdict_id
            and counts.warehouse_run = verdicts.warehouse_run
            and counts.synthetic = verdicts.synthetic
    union all
    select
        complete.series_id,
        logprob.synthetic,
        groups.speaker_id is not null as has_speaker,
        -1 - (hash(logprob.file_id) % {{ clip_groups }})::integer as unit,
        truths.class_id as truth_id,
        coalesce(labels.class_id, -1) as label_id,
        1 as n
    from {{ ref('int_extract__logprob') }} as logprob
    inner join complete
        on
            logprob.run_id = complete.run_id
            and logprob.extraction = complete.extraction
            and logprob.synthetic = complete.synthetic
    inner join groups
        on logprob.group_id = groups.group_id
    inner join classes as truths
        on logprob.emotion = truths.emotion
    left join classes as labels
        on logprob.label = labels.emotion
),

cells as (
    select
        'clip' as unit_name,
        * exclude (has_speaker)
    from by_clip_group
    union all
    select
        'speaker' as unit_name,
        * exclude (has_speaker)
    from by_clip_group
    where not has_speaker
    union all
    select
        'speaker' as unit_name,
        confusions.series_id,
        voices.synthetic,
        voices.unit,
        confusions.truth_id,
        confusions.label_id,
        confusions.n
    from {{ ref('int_confusions') }} as confusions
    inner join voices
        on confusions.voice_id = voices.voice_id
),

units as (
    select
        unit_name,
        series_id,
        synthetic,
        unit,
        truth_id,
        label_id,
        sum(n)::bigint as n
    from cells
    group by all
),

boards as (
    select
        run_numbers.extraction,
        run_numbers.synthetic,
        run_numbers.condition,
        units.unit_name,
        list(run_numbers.run_number) as runs,
        list(units.truth_id) as truths,
        list(units.label_id) as labels,
        list(units.n) as ns,
        list(units.unit) as units,
        count(distinct units.unit) as n_units
    from units
    inner join run_numbers
        on
            units.series_id = run_numbers.series_id
            and units.synthetic = run_numbers.synthetic
    group by all
    having count(distinct run_numbers.run_number) > 1
),

compared as (
    select
        extraction,
        synthetic,
        condition,
        unit_name as unit,
        n_units,
        unnest(compare_runs(runs, truths, labels, ns, units)) as found
    from boards
    where n_units > 1
),

int_comparisons as (
    select
        compared.extraction,
        compared.synthetic,
        compared.condition,
        compared.unit,
        compared.n_units,
        first_run.run_id,
        second_run.run_id as other_run_id,
        compared.found.metric,
        compared.found.difference,
        compared.found.se,
        compared.found.low,
        compared.found.high,
        compared.found.p_value,
        compared.found.p_adjusted
    from compared
    inner join run_numbers as first_run
        on
            compared.extraction = first_run.extraction
            and compared.synthetic = first_run.synthetic
            and compared.condition = first_run.condition
            and compared.found.a = first_run.run_number
    inner join run_numbers as second_run
        on
            compared.extraction = second_run.extraction
            and compared.synthetic = second_run.synthetic
            and compared.condition = second_run.condition
            and compared.found.b = second_run.run_number
)

select * from int_comparisons
