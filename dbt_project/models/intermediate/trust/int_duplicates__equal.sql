-- Clips whose stored samples are equal to those of another: each beside the first of its kind.
with

-- Clips that were imported with their answers have no audio, and so none in common.
clips as (
    select * from {{ ref('stg_utterances') }}
    where has_audio
),

ordered as (
    select
        *,
        first_value(file_id) over same_audio as first_file_id
    from clips
    window same_audio as (partition by pcm_sha256 order by dataset, original_path, file_id)
),

int_duplicates__equal as (
    select
        'equal' as kind,
        first_file_id as file_id,
        file_id as other_file_id,
        0.0 as offset_s,
        duration_s as shared_s,
        null::bigint as shared_landmarks
    from ordered
    where file_id != first_file_id
)

select * from int_duplicates__equal
