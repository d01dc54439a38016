-- One row per clip and cue: its value, less the mean of its speaker where the corpus names one.
-- A man's excitement may be lower than a woman's sadness: what an emotion does to a voice shows
-- against that voice. Where no speaker is known, the corpus stands in for one.
with

acoustics as (
    select * from {{ ref('acoustics') }}
    -- A tone under the name of a clip is nobody's voice.
    where
        file_id not in (
            select file_id from {{ ref('quality') }}
            where is_steady
        )
),

long as (
    unpivot acoustics
    on {{ acoustic_cues() | join(', ') }}
    into
        name cue
        value value
),

int_acoustics_normalised as (
    select
        file_id,
        dataset,
        language,
        emotion,
        synthetic,
        cue,
        value,
        value - avg(value) over (
            partition by dataset, coalesce(speaker_id, ''), cue
        ) as centred,
        speaker_id is not null as by_speaker
    from long
)

select * from int_acoustics_normalised
