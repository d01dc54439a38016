-- The answers that count today, before any is read. Those to clips that were replaced or are gone,
-- and those for which the true emotion was not on offer (label set or emotion corrected since), stay
-- in Parquet only: the run has to be asked again, and its coverage shows that.
with

predictions as (
    select * from {{ ref('stg_predictions') }}
),

utterances as (
    select
        file_id,
        dataset,
        language,
        emotion
    from {{ ref('stg_utterances') }}
)

select
    predictions.run_id,
    predictions.file_id,
    utterances.dataset,
    utterances.language,
    utterances.emotion,
    predictions.labels,
    predictions.raw_text
from predictions
inner join utterances
    on predictions.file_id = utterances.file_id
where list_contains(string_split(predictions.labels, '|'), utterances.emotion)
