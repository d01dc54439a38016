-- What each verdict says, by extraction. Verdict 0 is that of an error: there is no answer, so every
-- extraction of texts has no label.
with

answers as (
    select
        compared_id as verdict_id,
        false as is_sweep,
        min(answer_id) as answer_id
    from {{ ref('int_answer_verdicts') }}
    group by compared_id
    union all
    select
        swept_id as verdict_id,
        true as is_sweep,
        min(answer_id) as answer_id
    from {{ ref('int_answer_verdicts') }}
    group by swept_id
),

extractions as (
    select
        extraction,
        is_sweep
    from {{ ref('extractions') }}
    where method in {{ sql_list(extraction_methods()) }}
),

extracted as (
    select
        answer_id,
        extraction,
        label,
        status
    from {{ ref('int_extractions') }}
),

of_answers as (
    select
        answers.verdict_id,
        extractions.extraction,
        extractions.is_sweep,
        extracted.label,
        extracted.status
    from answers
    inner join extracted
        on answers.answer_id = extracted.answer_id
    inner join extractions
        on
            extracted.extraction = extractions.extraction
            and answers.is_sweep = extractions.is_sweep
),

of_errors as (
    select
        0::ubigint as verdict_id,
        extraction,
        is_sweep,
        null as label,
        'error' as status
    from extractions
),

int_verdicts as (
    select * from of_answers
    union all
    select * from of_errors
)

select * from int_verdicts
