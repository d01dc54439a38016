-- The runs of a board compared with each other in pairs, on the same clips. A board is what is ranked
-- together: one extraction, one kind of speech, one condition, complete runs. By clips, which are put
-- into 200 groups at random (by their id) and drawn as groups, so that all runs share the draws; and
-- by speakers, where clips whose speaker nobody knows stay in such groups.
{%- set clip_groups = 200 %}
with

complete as (
    select
        run_id,
        extraction,
        synthetic,
        condition
    from {{ ref('int_board') }}
    where coverage = 1
),

classes as (
    select * from {{ ref('int_classes') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

verdicts as (
    select * from {{ ref('int_verdicts') }}
    where not is_sweep
),

-- By group of clips, those of known and of unknown speakers apart.
counts as (
    select
        predictions.run_id,
        predictions.synthetic,
        groups.speaker_id is not null as has_speaker,
        'group ' || (hash(predictions.file_id) % {{ clip_groups }}) as clip_group,
        predictions.emotion,
        coalesce(answer_verdicts.compared_id, 0) as verdict_id,
        count(*) as n
    from {{ ref('int_predictions') }} as predictions
    inner join groups
        on predictions.group_id = groups.group_id
    left join {{ ref('int_answer_verdicts') }} as answer_verdicts
        on predictions.answer_id = answer_verdicts.answer_id
    where predictions.run_id in (select complete.run_id from complete)
    group by all
),

by_clip_group as (
    select
        counts.run_id,
        counts.synthetic,
        counts.has_speaker,
        verdicts.extraction,
        counts.clip_group,
        counts.emotion,
        verdicts.label,
        counts.n
    from counts
    inner join verdicts
        on counts.verdict_id = verdicts.verdict_id
    union all
    select
        logprob.run_id,
        logprob.synthetic,
        groups.speaker_id is not null as has_speaker,
        logprob.extraction,
        'group ' || (hash(logprob.file_id) % {{ clip_groups }}) as clip_group,
        logprob.emotion,
        logprob.label,
        1 as n
    from {{ ref('int_extract__logprob') }} as logprob
    inner join groups
        on logprob.group_id = groups.group_id
),

by_speaker as (
    select
        run_id,
        synthetic,
        extraction,
        speaker_id,
        emotion,
        label,
        n
    from {{ ref('int_confusions') }}
    where
        speaker_id is not null
        and not is_sweep
),

cells as (
    select
        'clip' as unit_name,
        run_id,
        synthetic,
        extraction,
        clip_group as unit,
        emotion,
        label,
        n
    from by_clip_group
    union all
    select
        'speaker' as unit_name,
        run_id,
        synthetic,
        extraction,
        clip_group as unit,
        emotion,
        label,
        n
    from by_clip_group
    where not has_speaker
    union all
    select
        'speaker' as unit_name,
        run_id,
        synthetic,
        extraction,
        speaker_id as unit,
        emotion,
        label,
        n
    from by_speaker
),

units as (
    select
        unit_name,
        run_id,
        synthetic,
        extraction,
        unit,
        emotion,
        label,
        sum(n)::bigint as n
    from cells
    group by all
),

unit_numbers as (
    select
        unit,
        row_number() over (order by unit)::integer as unit_number
    from units
    group by unit
),

run_numbers as (
    select
        *,
        (row_number() over (partition by extraction, synthetic, condition order by run_id) - 1)::integer
            as run_number
    from complete
),

boards as (
    select
        run_numbers.extraction,
        run_numbers.synthetic,
        run_numbers.condition,
        units.unit_name,
        list(run_numbers.run_number) as runs,
        list(truths.class_id) as truths,
        list(coalesce(labels.class_id, -1)) as labels,
        list(units.n) as ns,
        list(unit_numbers.unit_number) as units,
        count(distinct units.unit) as n_units
    from units
    inner join run_numbers
        on
            units.run_id = run_numbers.run_id
            and units.extraction = run_numbers.extraction
            and units.synthetic = run_numbers.synthetic
    inner join unit_numbers
        on units.unit = unit_numbers.unit
    inner join classes as truths
        on units.emotion = truths.emotion
    left join classes as labels
        on units.label = labels.emotion
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
