-- One row per run, clip and extraction: the raw answer and what that extraction reads in it.
with

predictions as (
    select * from {{ ref('int_predictions') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
),

corpora as (
    select
        dataset,
        synthetic
    from {{ ref('stg_corpora') }}
),

answers as (
    select
        answer_id,
        raw_text,
        labels
    from {{ ref('int_answers') }}
),

extractions as (
    select extraction from {{ ref('extractions') }}
),

extracted as (
    select * from {{ ref('int_extractions') }}
)

select
    predictions.run_id,
    runs.system,
    runs.temperature,
    predictions.file_id,
    predictions.dataset,
    predictions.language,
    predictions.emotion,
    predictions.raw_text,
    extractions.extraction,
    extracted.label,
    coalesce(extracted.score, 0) as score,
    coalesce(extracted.margin, 0) as margin,
    -- An error is no answer: like an answer without a label, it counts as wrong.
    coalesce(extracted.status, 'error') as status,
    corpora.synthetic
from predictions
inner join runs
    on predictions.run_id = runs.run_id
-- A corpus that is not described must fail the build (not_null), not lose its answers.
left join corpora
    on predictions.dataset = corpora.dataset
left join answers
    on
        predictions.raw_text = answers.raw_text
        and predictions.labels = answers.labels
cross join extractions
left join extracted
    on
        answers.answer_id = extracted.answer_id
        and extractions.extraction = extracted.extraction
-- So that filters on run and dataset skip most of the table.
order by
    predictions.run_id,
    predictions.dataset,
    extractions.extraction,
    predictions.file_id
