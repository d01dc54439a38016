-- Every distinct answer once, with the labels it was to choose from: millions of predictions hold
-- few distinct texts, and all extraction work is done on these. Answers to clips that no longer
-- count are among them; nobody asks for those.
with

predictions as (
    select
        {{ answer_id('stored') }} as answer_id,
        stored.raw_text,
        stored.labels
    from {{ ref('stg_answers') }} as stored
),

distinct_answers as (
    select
        answer_id,
        min(raw_text) as raw_text,
        max(raw_text) as other_text,
        min(labels) as labels,
        max(labels) as other_labels
    from predictions
    group by answer_id
),

int_answers as (
    select
        answer_id,
        hash(raw_text) as text_id,
        case
            when raw_text = other_text and labels = other_labels then raw_text
            else error('two answers have one answer_id; rename a label or report this')
        end as raw_text,
        labels
    from distinct_answers
)

select * from int_answers
