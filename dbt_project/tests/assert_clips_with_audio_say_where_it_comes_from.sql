-- Only a clip that came with an import, without audio, may lack what ingest knows of every clip.
with

utterances as (
    select * from {{ ref('utterances') }}
)

select
    file_id,
    dataset,
    original_path
from utterances
where
    has_audio
    and (
        source_sha256 is null
        or source_bytes is null
        or source_format is null
        or source_rate_hz is null
        or source_channels is null
        or source_frames is null
        or downmix is null
        or pcm_sha256 is null
        or frames is null
        or duration_s is null
        or peak is null
    )
