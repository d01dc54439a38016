-- What every term may mean, best first: its emotions by rank, each followed by its neighbours.
-- `preference` 1 is what it says; 2 and more is the nearest emotion that may be on offer instead.
with

emotion_terms as (
    select
        term,
        emotion,
        rank
    from {{ ref('emotion_terms') }}
),

emotion_neighbours as (
    select
        emotion,
        neighbour,
        rank
    from {{ ref('emotion_neighbours') }}
),

lexicon as (
    select
        phrase,
        emotion
    from {{ ref('int_robust_lexicon') }}
    where kind = 'term'
),

{{ robust_tokens('emotion_terms', 'term') }},

own as (
    select
        array_to_string(tokens, ' ') as phrase,
        emotion,
        rank
    from emotion_terms_tokens
    union all
    select
        phrase,
        emotion,
        1 as rank
    from lexicon
),

meanings as (
    select
        phrase,
        emotion,
        rank * 10 as distance
    from own
    union all
    select
        own.phrase,
        emotion_neighbours.neighbour as emotion,
        own.rank * 10 + emotion_neighbours.rank as distance
    from own
    inner join emotion_neighbours
        on own.emotion = emotion_neighbours.emotion
),

nearest as (
    select
        phrase,
        emotion,
        min(distance) as distance
    from meanings
    group by
        phrase,
        emotion
),

int_robust_meanings as (
    select
        phrase,
        emotion,
        (row_number() over (partition by phrase order by distance, emotion))::integer as preference
    from nearest
)

select * from int_robust_meanings
