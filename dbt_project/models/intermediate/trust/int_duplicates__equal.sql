-- Clips whose stored samples are equal to those of another: each beside the first of its kind.
with

clips as (
    select * from {{ ref('stg_utterances') }}
),

ordered as (
    select
        *,
        first_value(file_id) over same_audio as first_file_id
    from clips
    -- Clips that came with an import have no audio, which makes no two of them alike.
    where pcm_sha256 is not null
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
