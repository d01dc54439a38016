-- The Levenshtein ratio of every distinct word to every label it could mean: the matrix of CAMEO's
-- Figure 1. A table, because a view that calls a Python function fails in every other client.
with

words as (
    select distinct
        word,
        labels
    from {{ ref('int_answer_words') }}
),

int_word_ratios as (
    select
        word,
        labels,
        unnest(string_split(labels, '|')) as label,
        unnest(label_ratios(word, labels)) as ratio
    from words
)

select
    word,
    labels,
    label,
    {{ printed('ratio') }} as ratio
from int_word_ratios
