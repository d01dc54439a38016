-- Every group of clips that a property tells apart: metrics are counted per group, so that no later
-- step touches single clips. Groups of one band agree in all that slices are made of but the speaker;
-- those of one voice in the speaker, too (and may differ in the age within its band).
{%- set band = ['synthetic', 'dataset', 'language', 'gender', 'age_band'] %}
with

utterances as (
    select distinct
        dataset,
        language,
        gender,
        age,
        speaker_id
    from {{ ref('stg_utterances') }}
),

corpora as (
    select
        dataset,
        synthetic
    from {{ ref('stg_corpora') }}
),

groups as (
    select distinct
        utterances.dataset,
        corpora.synthetic,
        utterances.language,
        utterances.gender,
        utterances.age,
        utterances.speaker_id,
        {{ age_band('utterances.age') }} as age_band
    from utterances
    -- A corpus that is not described must fail the build (not_null), not lose its answers.
    left join corpora
        on utterances.dataset = corpora.dataset
),

int_groups as (
    select
        row_number() over (order by dataset, language, speaker_id, gender, age)::integer as group_id,
        dense_rank() over (order by {{ (band + ['speaker_id']) | join(', ') }})::integer as voice_id,
        dense_rank() over (order by {{ band | join(', ') }})::integer as band_id,
        *
    from groups
)

select * from int_groups
