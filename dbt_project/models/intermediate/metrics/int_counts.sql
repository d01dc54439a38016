-- Clips per run, group, true emotion and verdict of the extractions that people compare: nothing
-- behind this reads every prediction again but the sweep.
with

predictions as (
    select
        run_id,
        group_id,
        labels,
        emotion,
        answer_id
    from {{ ref('int_predictions') }}
),

verdicts as (
    select * from {{ ref('int_answer_verdicts') }}
),

int_counts as (
    select
        predictions.run_id,
        predictions.group_id,
        predictions.labels,
        predictions.emotion,
        coalesce(verdicts.compared_id, 0) as verdict_id,
        count(*) as n
    from predictions
    left join verdicts
        on predictions.answer_id = verdicts.answer_id
    group by all
)

select * from int_counts
