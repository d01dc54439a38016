-- Words of the texts that are no phrase of the lexicon but almost an English term or a label: five
-- letters or more, the same first letter, an indel ratio of at least 0.88, and no ordinary word.
-- Distinct words only, each compared with terms of about its own length.
with

texts as (
    select tokens from {{ ref('int_robust_texts') }}
),

lexicon as (
    select
        phrase,
        first_token,
        kind,
        emotion,
        weight,
        n_tokens,
        tokens
    from {{ ref('int_robust_lexicon') }}
),

seeded as (
    select
        term as phrase,
        language
    from {{ ref('emotion_terms') }}
    where rank = 1
),

words as (
    select distinct unnest(tokens) as word
    from texts
),

-- Any word of any phrase is spelt as it should be.
known as (
    select distinct unnest(tokens) as word
    from lexicon
),

unknown as (
    select
        words.word,
        length(words.word) as n_letters
    from words
    anti join known
        on words.word = known.word
    where
        length(words.word) between 5 and 20
        and regexp_full_match(words.word, '[a-z]+')
),

targets as (
    select
        lexicon.phrase,
        lexicon.emotion,
        lexicon.weight,
        unnest(range(length(lexicon.phrase) - 2, length(lexicon.phrase) + 3)) as n_letters
    from lexicon
    left join seeded
        on lexicon.phrase = seeded.phrase
    where
        lexicon.kind = 'term'
        and length(lexicon.phrase) >= 5
        and regexp_full_match(lexicon.phrase, '[a-z]+')
        and list_contains(string_split(coalesce(seeded.language, 'English'), '|'), 'English')
),

target_lists as (
    select
        n_letters,
        left(phrase, 1) as initial,
        string_agg(phrase, '|' order by phrase) as phrases
    from targets
    group by
        n_letters,
        left(phrase, 1)
),

compared as (
    select
        unknown.word,
        unnest(string_split(target_lists.phrases, '|')) as phrase,
        unnest(label_ratios(unknown.word, target_lists.phrases)) as ratio
    from unknown
    inner join target_lists
        on
            unknown.n_letters = target_lists.n_letters
            and left(unknown.word, 1) = target_lists.initial
),

closest as (
    select
        word,
        arg_min(phrase, (-ratio, phrase)) as phrase
    from compared
    where ratio >= 0.88
    group by word
),

int_robust_misspellings as (
    select
        closest.word,
        closest.phrase,
        any_value(targets.emotion) as emotion,
        any_value(targets.weight) / 2 as weight
    from closest
    inner join targets
        on closest.phrase = targets.phrase
    group by
        closest.word,
        closest.phrase
)

select * from int_robust_misspellings
