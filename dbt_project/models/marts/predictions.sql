-- One row per run, clip and extraction: the raw answer and what that extraction reads in it. A view:
-- a dozen extractions of ten million answers are a hundred million rows that nobody needs twice.
{{ config(materialized='view') }}

with

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
),

predictions as (
    select
        predictions.*,
        runs.system,
        runs.temperature
    from {{ ref('int_predictions') }} as predictions
    inner join runs
        on predictions.run_id = runs.run_id
),

answers as (
    select * from {{ ref('int_answers') }}
),

extractions as (
    select * from {{ ref('int_extractions') }}
),

errors as (
    select extraction
    from {{ ref('int_verdicts') }}
    where verdict_id = 0 and status = 'error'
),

by_probability as (
    select * from {{ ref('int_extract__logprob') }}
),

read_answers as (
    select
        predictions.run_id,
        predictions.system,
        predictions.temperature,
        predictions.file_id,
        predictions.dataset,
        predictions.language,
        predictions.emotion,
        answers.raw_text,
        string_split(answers.labels, '|') as labels,
        extractions.extraction,
        extractions.label,
        extractions.score,
        extractions.margin,
        extractions.status,
        predictions.synthetic
    from predictions
    inner join answers
        on predictions.answer_id = answers.answer_id
    inner join extractions
        on predictions.answer_id = extractions.answer_id
),

-- An error is no answer: like an answer without a label, it counts as wrong.
failed as (
    select
        predictions.run_id,
        predictions.system,
        predictions.temperature,
        predictions.file_id,
        predictions.dataset,
        predictions.language,
        predictions.emotion,
        null as raw_text,
        null as labels,
        errors.extraction,
        null as label,
        0.0::double as score,
        0.0::double as margin,
        'error' as status,
        predictions.synthetic
    from predictions
    cross join errors
    where predictions.answer_id is null
),

probable as (
    select
        by_probability.run_id,
        runs.system,
        runs.temperature,
        by_probability.file_id,
        by_probability.dataset,
        by_probability.language,
        by_probability.emotion,
        answers.raw_text,
        string_split(answers.labels, '|') as labels,
        by_probability.extraction,
        by_probability.label,
        by_probability.score,
        by_probability.margin,
        by_probability.status,
        by_probability.synthetic
    from by_probability
    inner join runs
        on by_probability.run_id = runs.run_id
    left join answers
        on by_probability.answer_id = answers.answer_id
),

predictions_read as (
    select * from read_answers
    union all
    select * from failed
    union all
    select * from probable
)

select
    *,
    {{ as_of() }} as as_of
from predictions_read
