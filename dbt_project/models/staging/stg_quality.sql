-- What was measured of the sources of today's clips: the latest measure of each.
with

source as (
    select * from {{ source('warehouse', 'quality') }}
    where {{ stored_by_then('measured_at') }}
),

clips as (
    select file_id from {{ ref('stg_utterances') }}
),

renamed as (
    select
        source.file_id,
        source.clipped_runs,
        source.clipped_share,
        source.dc_offset,
        source.rms_db,
        source.speech_db,
        source.leading_silence_s,
        source.trailing_silence_s,
        source.silence_s,
        source.leading_zeros_s,
        source.trailing_zeros_s,
        source.channel_correlation,
        source.channel_lag,
        source.aligned_correlation,
        source.bandwidth_hz,
        source.spectral_constancy,
        source.landmarks,
        source.landmark_frames,
        source.quality_version,
        source.measured_at
    from source
    inner join clips
        on source.file_id = clips.file_id
    qualify row_number() over (partition by source.file_id order by source.measured_at desc) = 1
)

select * from renamed
