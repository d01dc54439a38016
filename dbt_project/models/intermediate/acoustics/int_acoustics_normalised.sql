-- One row per clip and cue: its value, less the centre of its speaker where the corpus names one.
-- A man's excitement may be lower than a woman's sadness: what an emotion does to a voice shows
-- against that voice. Where no speaker is known, the corpus stands in for one.
with

acoustics as (
    select * from {{ ref('acoustics') }}
),

tones as (
    select file_id from {{ ref('quality') }}
    where is_steady
),

-- A tone under the name of a clip is nobody's voice.
spoken as (
    select acoustics.*
    from acoustics
    anti join tones
        on acoustics.file_id = tones.file_id
),

long as (
    {%- for cue in acoustic_cues() %}
    select
        file_id,
        dataset,
        language,
        emotion,
        speaker_id,
        synthetic,
        '{{ cue }}' as cue,
        {{ cue }} as value
    from spoken
    where {{ cue }} is not null
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}
),

voices as (
    select
        *,
        speaker_id is not null as by_speaker,
        coalesce(speaker_id, '') as voice
    from long
),

cells as (
    select
        dataset,
        voice,
        cue,
        emotion,
        avg(value) as mean
    from voices
    group by
        dataset,
        voice,
        cue,
        emotion
),

-- Every emotion weighs the same, or a speaker's centre would be that of the emotion he has most of.
-- Whoever has one emotion only is that emotion: nothing can be told against such a voice.
centres as (
    select
        dataset,
        voice,
        cue,
        avg(mean) as centre
    from cells
    group by
        dataset,
        voice,
        cue
    having count(*) > 1
),

int_acoustics_normalised as (
    select
        voices.file_id,
        voices.dataset,
        voices.language,
        voices.emotion,
        voices.synthetic,
        voices.cue,
        voices.value,
        voices.value - centres.centre as centred,
        voices.by_speaker
    from voices
    inner join centres
        on
            voices.dataset = centres.dataset
            and voices.voice = centres.voice
            and voices.cue = centres.cue
)

select * from int_acoustics_normalised
