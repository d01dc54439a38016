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
    select
        labels,
        row_number() over (order by labels)::integer as label_set,
        list_sort(string_split(labels, '|')) as sorted_labels
    from answers
    group by labels
),

ratios as (
    select * from {{ ref('int_word_ratios') }}
),

-- Label set and word as one key: with two, a join of all answers with all words of their label sets
-- is a plan, too, and was one.
candidate_ratios as (
    select
        (label_sets.label_set::bigint << 32) + ratios.word_id as label_set_and_word,
        (list_position(label_sets.sorted_labels, ratios.label) - 1)::integer as place,
        ratios.ratio
    from ratios
    inner join label_sets
        on list_contains(label_sets.sorted_labels, ratios.label)
),

numbers as (
    select distinct
        word,
        word_id
    from ratios
),

-- Once per word: what is said twice in a token votes twice.
voters as (
    select
        tokens.token,
        numbers.word_id
    from {{ ref('int_tokens') }} as tokens
    inner join numbers
        on tokens.word = numbers.word
),

said as (
    select
        text_id,
        unnest({{ tokens_of('raw_text') }}) as token
    from {{ ref('int_texts') }}
),

words as (
    select
        said.text_id,
        voters.word_id
    from said
    inner join voters
        on said.token = voters.token
),

asked as (
    select
        answers.answer_id,
        answers.text_id,
        label_sets.label_set
    from answers
    inner join label_sets
        on answers.labels = label_sets.labels
),

int_cameo_votes as (
    select
        asked.answer_id,
        list(candidate_ratios.place) as places,
        list(candidate_ratios.ratio) as ratios
    from words
    inner join asked
        on words.text_id = asked.text_id
    inner join candidate_ratios
        on (asked.label_set::bigint << 32) + words.word_id = candidate_ratios.label_set_and_word
    group by asked.answer_id
)

select * from int_cameo_votes
