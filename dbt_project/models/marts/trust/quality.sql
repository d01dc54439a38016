-- What was measured of every clip's source, and what that means by the rules of docs/trust.md.
-- A clip that was stored before there were measures is here after the next `ingest run`.
with

utterances as (
    select * from {{ ref('utterances') }}
),

measures as (
    select * from {{ ref('stg_quality') }}
)

select
    utterances.file_id,
    utterances.dataset,
    utterances.language,
    utterances.emotion,
    utterances.speaker_id,
    utterances.original_path,
    utterances.synthetic,
    utterances.source_format,
    utterances.source_rate_hz,
    utterances.source_channels,
    utterances.downmix,
    utterances.duration_s,
    utterances.peak,
    measures.rms_db,
    measures.speech_db,
    measures.clipped_runs,
    measures.clipped_share,
    measures.dc_offset,
    measures.leading_silence_s,
    measures.trailing_silence_s,
    measures.silence_s,
    measures.leading_zeros_s,
    measures.trailing_zeros_s,
    measures.channel_correlation,
    measures.channel_lag,
    measures.aligned_correlation,
    measures.bandwidth_hz,
    measures.spectral_constancy,
    -- One flat top far below full scale is chance; several are a recording that was clipped and
    -- made quieter after that.
    measures.clipped_runs >= 3 or (measures.clipped_runs >= 1 and utterances.peak >= 0.99) as is_clipped,
    abs(measures.dc_offset) >= 0.005 as has_offset,
    utterances.peak < 0.05 as is_quiet,
    greatest(measures.leading_zeros_s, measures.trailing_zeros_s) >= 0.1 as has_digital_silence,
    coalesce(measures.channel_correlation < 0.5, false) as is_true_stereo,
    -- Speech changes its spectrum several times a second; of 761 real clips none exceeds 0.98.
    measures.spectral_constancy >= 0.995 as is_steady,
    {{ as_of() }} as as_of
from utterances
inner join measures
    on utterances.file_id = measures.file_id
order by
    utterances.dataset,
    utterances.original_path
