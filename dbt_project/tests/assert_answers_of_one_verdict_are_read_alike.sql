-- Why: predictions are counted by verdict, so two answers that share one although they are read
-- differently would be counted as each other. A row is a verdict and extraction with several labels.
with

verdicts as (
    select
        answer_id,
        compared_id as verdict_id,
        false as is_sweep
    from {{ ref('int_answer_verdicts') }}
    union all
    select
        answer_id,
        swept_id as verdict_id,
        true as is_sweep
    from {{ ref('int_answer_verdicts') }}
),

extracted as (
    select
        extracted.answer_id,
        extracted.extraction,
        extracted.label,
        extractions.is_sweep
    from {{ ref('int_extractions') }} as extracted
    inner join {{ ref('extractions') }} as extractions
        on extracted.extraction = extractions.extraction
)

select
    verdicts.verdict_id,
    extracted.extraction
from verdicts
inner join extracted
    on
        verdicts.answer_id = extracted.answer_id
        and verdicts.is_sweep = extracted.is_sweep
group by
    verdicts.verdict_id,
    extracted.extraction
having count(distinct coalesce(extracted.label, '')) > 1
