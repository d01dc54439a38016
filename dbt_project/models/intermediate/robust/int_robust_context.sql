-- Every term of a text with what stands before and after it in the text: all that its role depends on.
-- (A join and one aggregation: a third of the time that windows over all matches take.)
with

matches as (
    select * from {{ ref('int_robust_matches') }}
),

terms as (
    select
        text_id,
        position,
        last_position,
        phrase,
        emotion,
        weight
    from matches
    where kind = 'term'
),

marks as (
    select
        text_id,
        position,
        last_position,
        kind,
        kind = 'stop' as is_stop,
        kind in ('stop', 'comma', 'break', 'contrast') as ends_clause,
        phrase = '?' as is_question_mark
    from matches
    where kind not in ('term', 'blocked', 'blocker', 'apology')
),

seen as (
    select
        terms.text_id,
        terms.position,
        -- The last of each kind before the term …
        max(marks.position) filter (where marks.is_stop and marks.position < terms.position) as stop_at,
        max(marks.position) filter (where marks.kind = 'contrast' and marks.position < terms.position) as contrast_at,
        max(marks.position) filter (where marks.ends_clause and marks.position < terms.position) as clause_at,
        max(marks.last_position) filter (where marks.kind = 'negator' and marks.position < terms.position) as negator_at,
        max(marks.position) filter (where marks.kind = 'refusal' and marks.position < terms.position) as refusal_at,
        max(marks.position) filter (where marks.kind = 'whether' and marks.position < terms.position) as whether_at,
        max(marks.last_position) filter (where marks.kind = 'options' and marks.position < terms.position) as options_at,
        max(marks.position) filter (where marks.kind = 'transcript' and marks.position < terms.position)
            as transcript_at,
        max(marks.position) filter (where marks.kind = 'conclusion' and marks.position < terms.position)
            as conclusion_at,
        max(marks.position) filter (where marks.kind = 'emphasis' and marks.position < terms.position) as emphasis_at,
        max(marks.last_position) filter (where marks.kind = 'minor' and marks.position < terms.position) as minor_at,
        -- … and the first after it; within quotation marks it is if their number before it is odd.
        min(marks.position) filter (where marks.is_stop and marks.position > terms.position) as next_stop_at,
        min(marks.position) filter (where marks.is_question_mark and marks.position > terms.position)
            as next_question_mark_at,
        min(marks.position) filter (where marks.ends_clause and marks.position > terms.position) as next_clause_at,
        min(marks.position) filter (where marks.kind = 'refusal' and marks.position > terms.position)
            as next_refusal_at,
        min(marks.position) filter (where marks.kind = 'negator_after' and marks.position > terms.position)
            as next_negator_at,
        count(*) filter (where marks.kind = 'quote' and marks.position < terms.position) as n_quotes,
        max(marks.position) filter (where marks.kind = 'quote' and marks.position < terms.position) as quote_at,
        min(marks.position) filter (where marks.kind = 'quote' and marks.position > terms.position) as next_quote_at
    from terms
    inner join marks
        on terms.text_id = marks.text_id
    group by
        terms.text_id,
        terms.position
),

int_robust_context as (
    select
        terms.*,
        seen.* exclude (text_id, position)
    from terms
    left join seen
        on
            terms.text_id = seen.text_id
            and terms.position = seen.position
)

select * from int_robust_context
