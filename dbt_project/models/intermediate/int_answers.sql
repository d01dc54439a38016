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

int_answers as (
    select
        row_number() over (order by labels, raw_text) as answer_id,
        raw_text,
        labels,
        {{ normalise_text('raw_text') }} as text
    from predictions
)

select * from int_answers
