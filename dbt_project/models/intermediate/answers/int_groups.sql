-- Every group of clips that a property tells apart: metrics are counted per group, so that no later
-- step touches single clips.
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
        row_number() over (order by dataset, language, speaker_id, gender, age) as group_id,
        *
    from groups
)

select * from int_groups
