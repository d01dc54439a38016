-- Why: noun and adjectives of every canonical emotion must be read as that emotion, or answers with
-- that very word would be missed. A row is one that is not.
with

words as (
    select
        emotion,
        unnest([emotion] || string_split(replace(adjective_forms, '-', ' '), '|')) as word
    from {{ ref('emotions') }}
)

select words.*
from words
left join {{ ref('emotion_terms') }} as emotion_terms
    on
        words.word = emotion_terms.term
        and words.emotion = emotion_terms.emotion
        and emotion_terms.rank = 1
where emotion_terms.term is null
