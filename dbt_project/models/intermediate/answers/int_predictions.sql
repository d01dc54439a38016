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
where contains('|' || predictions.labels || '|', '|' || clips.emotion || '|')
-- So that filters on run and dataset skip most of the table.
order by
    predictions.run_id,
    clips.dataset
