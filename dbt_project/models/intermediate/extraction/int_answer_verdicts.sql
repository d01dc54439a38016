-- Answers that all extractions read alike share a verdict: millions of answers have some hundred
-- verdicts, and predictions are counted by these once for all extractions. The variants of a sweep
-- have verdicts of their own, which are many more. Hashed is one string each: hashes of several values
-- are linear in them, so that equal labels would cancel out.
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
        bit_xor(
            case
                when not extractions.is_sweep
                    then hash(concat_ws('|', extracted.extraction, extracted.status, extracted.label))
                else 0
            end
        ) as compared_id,
        bit_xor(
            case
                when extractions.is_sweep
                    then hash(concat_ws('|', extracted.extraction, extracted.label))
                else 0
            end
        ) as swept_id
    from extracted
    inner join extractions
        on extracted.extraction = extractions.extraction
    group by extracted.answer_id
)

select * from int_answer_verdicts
