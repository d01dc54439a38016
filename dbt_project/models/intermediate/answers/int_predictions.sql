-- The answers that count today, before any is read. Those to clips that were replaced or are gone,
-- and those for which the true emotion was not on offer (label set or emotion corrected since), stay
-- in Parquet only: the run has to be asked again, and its coverage shows that.
--
-- Filters on run and dataset skip most of the table, since rows stay in the order of the parts: one
-- folder per run, in which one corpus was asked about after the other. To sort ten million rows for
-- the last few percent of it took a third of the time and gigabytes of memory.
with

predictions as (
    select * from {{ ref('stg_predictions') }}
),

utterances as (
    select
        file_id,
        dataset,
        language,
        gender,
        age,
        speaker_id,
        emotion
    from {{ ref('stg_utterances') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

clips as (
    select
        utterances.file_id,
        utterances.dataset,
        utterances.language,
        utterances.emotion,
        groups.synthetic,
        groups.group_id
    from utterances
    inner join groups
        on
            utterances.dataset = groups.dataset
            and utterances.language = groups.language
            and utterances.gender is not distinct from groups.gender
            and utterances.age is not distinct from groups.age
            and utterances.speaker_id is not distinct from groups.speaker_id
)

select
    predictions.run_id,
    predictions.file_id,
    clips.dataset,
    clips.language,
    clips.synthetic,
    clips.group_id,
    clips.emotion,
    predictions.labels,
    {{ answer_id('predictions') }} as answer_id,
    predictions.label_logprobs
from predictions
inner join clips
    on predictions.file_id = clips.file_id
where {{ is_on_offer('clips.emotion', 'predictions.labels') }}
