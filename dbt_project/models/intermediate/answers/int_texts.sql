-- Every distinct text of an answer once, whatever labels it was to choose from: what is said in it
-- is worked out here and below, what that means for a set of labels from int_answers on. Two texts
-- with one text_id would stop the build (rows_are_unique_by).
with

texts as (
    select distinct
        text_id,
        raw_text
    from {{ ref('int_answers') }}
),

int_texts as (
    select
        text_id,
        raw_text,
        case when {{ is_short_text('raw_text') }} then {{ normalise_text('raw_text') }} end as text
    from texts
)

select * from int_texts
