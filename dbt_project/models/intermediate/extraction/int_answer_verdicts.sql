-- Answers that all extractions read alike share a verdict: millions of answers have some hundred
-- verdicts, and predictions are counted by these once for all extractions. The variants of a sweep
-- have verdicts of their own, which are many more.
with

extracted as (
    select
        answer_id,
        extraction,
        label,
        status
    from {{ ref('int_extractions') }}
),

extractions as (
    select
        extraction,
        is_sweep
    from {{ ref('extractions') }}
),

int_answer_verdicts as (
    select
        extracted.answer_id,
        bit_xor(hash(extracted.extraction, extracted.label, extracted.status))
            filter (where not extractions.is_sweep) as compared_id,
        coalesce(
            bit_xor(hash(extracted.extraction, extracted.label))
                filter (where extractions.is_sweep),
            0
        ) as swept_id
    from extracted
    inner join extractions
        on extracted.extraction = extractions.extraction
    group by extracted.answer_id
)

select * from int_answer_verdicts
