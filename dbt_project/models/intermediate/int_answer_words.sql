-- The words of every distinct answer. A word that is said twice counts twice, as in the paper.
with

words as (
    select
        answer_id,
        labels,
        unnest(string_split(text, ' ')) as word
    from {{ ref('int_answers') }}
),

int_answer_words as (
    select
        answer_id,
        labels,
        word,
        count(*) as occurrences
    from words
    where word != ''
    group by answer_id, labels, word
)

select * from int_answer_words
