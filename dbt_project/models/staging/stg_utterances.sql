-- The clips of today: of a source file that was ingested more than once, the latest.
with

source as (
    select * from {{ source('warehouse', 'utterances') }}
),

renamed as (
    select
        ---------- ids
        file_id,
        speaker_id,

        ---------- CAMEO's fields, without the audio itself
        emotion,
        transcription,
        gender,
        age,
        dataset,
        language,
        license,

        ---------- provenance
        original_path,
        raw_label,
        source_sha256,
        source_bytes,
        source_format,
        source_rate_hz,
        source_channels,
        source_frames,
        downmix,

        ---------- the normalised clip
        pcm_sha256,
        frames,
        duration_s,
        peak,
        ingest_version,
        ingested_at
    from source
    qualify row_number() over (partition by dataset, original_path order by ingested_at desc) = 1
)

select * from renamed
