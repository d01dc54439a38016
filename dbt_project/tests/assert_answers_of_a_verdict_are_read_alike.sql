-- Why: predictions are counted by verdict, and a verdict is read off one of its answers. If two answers
-- that are read otherwise share a verdict by a collision of hashes, one of them counts with the label
-- of the other. A row is an answer and extraction whose verdict says something else.
with

read_answers as (
    select
        read_answers.answer_id,
        read_answers.extraction,
        read_answers.label,
        read_answers.status,
        extractions.is_sweep,
        case when extractions.is_sweep then verdicts.swept_id else verdicts.compared_id end as verdict_id
    from {{ ref('int_extractions') }} as read_answers
    inner join {{ ref('extractions') }} as extractions
        on read_answers.extraction = extractions.extraction
    inner join {{ ref('int_answer_verdicts') }} as verdicts
        on read_answers.answer_id = verdicts.answer_id
),

verdicts as (
    select * from {{ ref('int_verdicts') }}
)

select
    read_answers.*,
    verdicts.label as verdict_label,
    verdicts.status as verdict_status
from read_answers
left join verdicts
    on
        read_answers.verdict_id = verdicts.verdict_id
        and read_answers.extraction = verdicts.extraction
where
    verdicts.verdict_id is null
    or read_answers.label is distinct from verdicts.label
    or (not read_answers.is_sweep and read_answers.status is distinct from verdicts.status)
