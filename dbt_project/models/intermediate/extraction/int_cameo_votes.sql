-- What the words of an answer say for its candidate labels: lists of label (its alphabetical place
-- among the candidates, from 0) and ratio, one entry per word and label that reaches the lowest
-- threshold. One row per answer in which any word does.
with

answers as (
    select
        answer_id,
        text_id,
        labels
    from {{ ref('int_answers') }}
),

label_sets as (
    select distinct labels
    from answers
),

candidates as (
    select
        labels,
        list_sort(string_split(labels, '|')) as sorted_labels,
        unnest(string_split(labels, '|')) as label
    from label_sets
),

words as (
    select * from {{ ref('int_text_words') }}
),

ratios as (
    select * from {{ ref('int_word_ratios') }}
),

candidate_ratios as (
    select
        candidates.labels,
        ratios.word,
        (list_position(candidates.sorted_labels, ratios.label) - 1)::integer as place,
        ratios.ratio
    from ratios
    inner join candidates
        on ratios.label = candidates.label
),

int_cameo_votes as (
    select
        answers.answer_id,
        list(candidate_ratios.place) as places,
        list(candidate_ratios.ratio) as ratios
    from words
    inner join answers
        on words.text_id = answers.text_id
    inner join candidate_ratios
        on
            words.word = candidate_ratios.word
            and answers.labels = candidate_ratios.labels
    group by answers.answer_id
)

select * from int_cameo_votes
