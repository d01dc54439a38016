-- The strict rule: the whole answer is a label, apart from case, spaces and punctuation.
with

answers as (
    select
        answers.answer_id,
        texts.text,
        {{ is_on_offer('texts.text', 'answers.labels') }} as is_label
    from {{ ref('int_answers') }} as answers
    inner join {{ ref('int_texts') }} as texts
        on answers.text_id = texts.text_id
),

extractions as (
    select extraction
    from {{ ref('extractions') }}
    where method = 'exact'
),

int_extract__exact as (
    select
        answers.answer_id,
        extractions.extraction,
        case when answers.is_label then answers.text end as label,
        answers.is_label::double as score,
        answers.is_label::double as margin,
        case when answers.is_label then 'exact' else 'unmatched' end as status
    from answers
    cross join extractions
)

select * from int_extract__exact
