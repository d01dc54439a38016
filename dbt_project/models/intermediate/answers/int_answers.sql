-- Every distinct answer once, with the labels it was to choose from: millions of predictions hold
-- few distinct texts, and all extraction work is done on these. Answers to clips that no longer
-- count are among them; nobody asks for those. Two answers with one answer_id would stop the build
-- (rows_are_unique_by).
with

stored as (
    select distinct
        raw_text,
        labels
    from {{ ref('stg_answers') }}
),

int_answers as (
    select
        {{ answer_id('stored') }} as answer_id,
        hash(stored.raw_text) as text_id,
        stored.raw_text,
        stored.labels
    from stored
)

select * from int_answers
