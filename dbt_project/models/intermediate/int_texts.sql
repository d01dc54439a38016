-- Every distinct text of an answer once, whatever labels it was to choose from: what is said in it
-- is worked out here and below, what that means for a set of labels from int_answers on.
with

texts as (
    select distinct raw_text
    from {{ ref('int_predictions') }}
    where raw_text is not null
),

int_texts as (
    select
        row_number() over (order by raw_text) as text_id,
        raw_text,
        {{ normalise_text('raw_text') }} as text
    from texts
)

select * from int_texts
