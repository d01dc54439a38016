-- The words of every distinct text, in no order; a word that is said twice counts twice, as in the
-- paper.
with

words as (
    select
        text_id,
        unnest(string_split(text, ' ')) as word
    from {{ ref('int_texts') }}
),

int_text_words as (
    select * from words
    where word != ''
)

select * from int_text_words
