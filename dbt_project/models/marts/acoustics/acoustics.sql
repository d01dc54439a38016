-- The acoustic cues of every clip, beside what one groups them by. Cues of pitch and voice are NULL
-- where nothing is voiced, and all but `level` where nothing is speech.
with

utterances as (
    select * from {{ ref('utterances') }}
),

cues as (
    select * from {{ ref('stg_acoustics') }}
)

select
    utterances.file_id,
    utterances.dataset,
    utterances.language,
    utterances.emotion,
    utterances.speaker_id,
    utterances.gender,
    utterances.synthetic,
    utterances.original_path,
    case when cues.voiced_fraction > 0 then 100 * 2 ** (cues.f0_median / 12) end as f0_hz,
    case when cues.voiced_fraction > 0 then cues.f0_median end as f0_median,
    case when cues.voiced_fraction > 0 then cues.f0_sd end as f0_sd,
    case when cues.voiced_fraction > 0 then cues.f0_range end as f0_range,
    case when cues.voiced_fraction > 0 then cues.f0_final end as f0_final,
    case when cues.voiced_fraction > 0 then cues.f0_irregularity end as f0_irregularity,
    case when cues.voiced_fraction > 0 then cues.jitter end as jitter,
    case when cues.voiced_fraction > 0 then cues.harmonicity end as harmonicity,
    cues.level,
    case when cues.speech_s > 0 then cues.level_sd end as level_sd,
    case when cues.speech_s > 0 then cues.rate end as rate,
    case when cues.speech_s > 0 then cues.high_frequency end as high_frequency,
    case when cues.speech_s > 0 then cues.centroid end as centroid,
    case when cues.speech_s > 0 then cues.voiced_fraction end as voiced_fraction,
    cues.speech_s,
    cues.acoustics_version,
    {{ as_of() }} as as_of
from utterances
inner join cues
    on utterances.file_id = cues.file_id
order by
    utterances.dataset,
    utterances.original_path
