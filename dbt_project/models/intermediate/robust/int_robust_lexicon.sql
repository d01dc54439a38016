-- Everything that the extraction `robust` looks for, as tokens: terms, cue phrases, candidate labels
-- that are no term, punctuation. One row per phrase, so that a place in a text has one meaning: what
-- is a term is no cue. What only joins terms (and, or, very) is not looked for but checked between
-- terms, and has rows of its own, as have the ordinary words that no misspelling is read in.
with

answers as (
    select labels from {{ ref('int_answers') }}
),

emotion_terms as (
    select
        term,
        emotion,
        weight
    from {{ ref('emotion_terms') }}
    where rank = 1
),

cue_phrases as (
    select
        phrase,
        cue
    from {{ ref('cue_phrases') }}
),

label_sets as (
    select distinct labels
    from answers
),

labels as (
    select distinct unnest(string_split(labels, '|')) as label
    from label_sets
),

marks as (
    select unnest(['.', '!', '?', ';', '¶', ',', ':', '(', ')', '[', ']', '"']) as mark
),

entries as (
    select
        term as phrase,
        'term' as kind,
        emotion,
        weight,
        1 as priority
    from emotion_terms
    union all
    -- A label that no seed knows is an emotion of its own.
    select
        label as phrase,
        'term' as kind,
        label as emotion,
        1 as weight,
        2 as priority
    from labels
    union all
    select
        phrase,
        cue as kind,
        null as emotion,
        null as weight,
        3 as priority
    from cue_phrases
    union all
    select
        mark as phrase,
        case
            when mark in ('.', '!', '?', ';', '¶') then 'stop'
            when mark = ',' then 'comma'
            when mark = '"' then 'quote'
            else 'break'
        end as kind,
        null as emotion,
        null as weight,
        4 as priority
    from marks
),

{{ robust_tokens('entries', 'phrase') }},

int_robust_lexicon as (
    select
        array_to_string(tokens, ' ') as phrase,
        any_value(tokens) as tokens,
        any_value(tokens[1]) as first_token,
        any_value(tokens[2]) as second_token,
        any_value(len(tokens))::integer as n_tokens,
        arg_min(kind, priority) as kind,
        arg_min(emotion, priority) as emotion,
        arg_min(weight, priority)::double as weight
    from entries_tokens
    where len(tokens) > 0
    group by
        array_to_string(tokens, ' '),
        -- What joins terms may be a cue as well ("nor" negates, and joins).
        case
            when kind in ('joins_or', 'joins_and', 'filler') then 'gap'
            when kind = 'ordinary' then 'ordinary'
            else 'event'
        end
)

select * from int_robust_lexicon
