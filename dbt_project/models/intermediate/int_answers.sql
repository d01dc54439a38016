-- Every distinct answer once, with the labels it was to choose from: millions of predictions hold
-- few distinct texts, and all extraction work is done on these.
with

predictions as (
    select distinct
        raw_text,
        labels
    from {{ ref('int_predictions') }}
    where raw_text is not null
),

texts as (
    select
        text_id,
        raw_text,
        text
    from {{ ref('int_texts') }}
),

int_answers as (
    select
        row_number() over (order by predictions.labels, texts.text_id) as answer_id,
        texts.text_id,
        texts.raw_text,
        predictions.labels,
        texts.text
    from predictions
    inner join texts
        on predictions.raw_text = texts.raw_text
)

select * from int_answers
