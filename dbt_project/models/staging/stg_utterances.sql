-- The clips of today: of a source file that was ingested more than once, the latest, unless the
-- file was rejected since (it is broken now, or gone).
with

source as (
    select * from {{ source('warehouse', 'utterances') }}
    where {{ stored_by_then('ingested_at') }}
),

clips as (
    select
        dataset,
        original_path
    from {{ ref('stg_files') }}
    where state = 'clip'
),

renamed as (
    select
        ---------- ids
        source.file_id,
        source.speaker_id,

        ---------- CAMEO's fields, without the audio itself
        source.emotion,
        source.transcription,
        source.gender,
        source.age,
        source.dataset,
        source.language,
        source.license,

        ---------- provenance
        source.original_path,
        source.raw_label,
        source.source_sha256,
        source.source_bytes,
        source.source_format,
        source.source_rate_hz,
        source.source_channels,
        source.source_frames,
        source.downmix,

        ---------- the normalised clip
        source.pcm_sha256,
        source.frames,
        source.duration_s,
        source.peak,
        source.ratings_sha256,
        source.ingest_version,
        source.ingested_at
    from source
    inner join clips
        on
            source.dataset = clips.dataset
            and source.original_path = clips.original_path
    qualify
        row_number() over (
            partition by source.dataset, source.original_path
            order by source.ingested_at desc, source.file_id asc
        ) = 1
)

select * from renamed
