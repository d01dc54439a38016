-- The cues of today's clips: the latest measure of each.
with

source as (
    select * from {{ source('warehouse', 'acoustics') }}
    where {{ stored_by_then('measured_at') }}
),

clips as (
    select file_id from {{ ref('stg_utterances') }}
),

renamed as (
    select
        source.file_id,
        source.f0_median,
        source.f0_sd,
        source.f0_range,
        source.f0_final,
        source.level,
        source.level_sd,
        source.rate,
        source.high_frequency,
        source.centroid,
        source.f0_irregularity,
        source.jitter,
        source.harmonicity,
        source.voiced_fraction,
        source.speech_s,
        source.acoustics_version,
        source.measured_at
    from source
    inner join clips
        on source.file_id = clips.file_id
    qualify row_number() over (partition by source.file_id order by source.measured_at desc) = 1
)

select * from renamed
