-- Every distinct text of an answer once, whatever labels it was to choose from: what is said in it
-- is worked out here and below, what that means for a set of labels from int_answers on.
with

answers as (
    select
        text_id,
        min(raw_text) as raw_text,
        max(raw_text) as other_text
    from {{ ref('int_answers') }}
    group by text_id
),

texts as (
    select
        text_id,
        case
            when raw_text = other_text then raw_text
            else error('two texts have one text_id; report this')
        end as raw_text
    from answers
),

int_texts as (
    select
        text_id,
        raw_text,
        {{ normalise_text('raw_text') }} as text
    from texts
)

select * from int_texts
