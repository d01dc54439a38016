-- The Levenshtein ratio of every distinct word to every label that was ever on offer, where it
-- reaches the lowest threshold of any variant: the cells of CAMEO's Figure 1 that can count. A table,
-- because a view that calls a Python function fails in every other client.
with

words as (
    select distinct word
    from {{ ref('int_tokens') }}
),

label_sets as (
    select distinct labels
    from {{ ref('int_answers') }}
),

offered as (
    select distinct unnest(string_split(labels, '|')) as label
    from label_sets
),

-- One string, since a list argument costs a second per million words.
all_labels as (
    select string_agg(label, '|' order by label) as labels
    from offered
),

lowest as (
    select min(threshold) as threshold
    from {{ ref('extractions') }}
    where method = 'cameo'
),

ratios as (
    select
        words.word,
        unnest(string_split(all_labels.labels, '|')) as label,
        unnest(label_ratios(words.word, all_labels.labels)) as ratio
    from words
    cross join all_labels
),

int_word_ratios as (
    select
        ratios.word,
        ratios.label,
        ratios.ratio
    from ratios
    inner join lowest
        on ratios.ratio >= lowest.threshold
)

select
    dense_rank() over (order by word)::integer as word_id,
    word,
    label,
    {{ printed('ratio') }} as ratio
from int_word_ratios
