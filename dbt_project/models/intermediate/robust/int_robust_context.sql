-- Every term of a text with what stands before and after it in the text: all that its role depends on.
-- (Joins and aggregations: they take a third of the time that windows over all matches take.)
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
        phrase = '?' as is_question_mark,
        phrase in ('for example', 'for instance', 'eg') as is_example
    from matches
    where kind not in ('term', 'blocked', 'blocker', 'apology')
),

before as (
    select
        terms.text_id,
        terms.position,
        max(marks.position) filter (where marks.is_stop) as stop_at,
        max(marks.position) filter (where marks.kind = 'contrast') as contrast_at,
        max(marks.position) filter (where marks.ends_clause) as clause_at,
        max(marks.last_position) filter (where marks.kind = 'negator') as negator_at,
        max(marks.position) filter (where marks.kind = 'refusal') as refusal_at,
        max(marks.position) filter (where marks.kind = 'whether') as whether_at,
        max(marks.last_position) filter (where marks.kind = 'options') as options_at,
        max(marks.position) filter (where marks.kind = 'transcript') as transcript_at,
        max(marks.position) filter (where marks.kind = 'condition') as condition_at,
        max(marks.position) filter (where marks.is_example) as example_at,
        min(marks.position) filter (where marks.kind = 'refusal') as first_refusal_at,
        max(marks.position) filter (where marks.kind = 'conclusion') as conclusion_at,
        max(marks.position) filter (where marks.kind = 'emphasis') as emphasis_at,
        max(marks.last_position) filter (where marks.kind = 'minor') as minor_at,
        count(*) filter (where marks.kind = 'quote') as n_quotes,
        max(marks.position) filter (where marks.kind = 'quote') as quote_at
    from terms
    inner join marks
        on
            terms.text_id = marks.text_id
            and terms.position > marks.position
    group by
        terms.text_id,
        terms.position
),

after as (
    select
        terms.text_id,
        terms.position,
        min(marks.position) filter (where marks.is_stop) as next_stop_at,
        min(marks.position) filter (where marks.is_question_mark) as next_question_mark_at,
        min(marks.position) filter (where marks.ends_clause) as next_clause_at,
        min(marks.position) filter (where marks.kind = 'refusal') as next_refusal_at,
        min(marks.position) filter (where marks.kind = 'negator_after') as next_negator_at,
        min(marks.position) filter (where marks.kind = 'quote') as next_quote_at
    from terms
    inner join marks
        on
            terms.text_id = marks.text_id
            and terms.position < marks.position
    group by
        terms.text_id,
        terms.position
),

int_robust_context as (
    select
        terms.*,
        before.stop_at,
        before.contrast_at,
        before.clause_at,
        before.negator_at,
        before.refusal_at,
        before.whether_at,
        before.options_at,
        before.transcript_at,
        before.condition_at,
        before.example_at,
        before.first_refusal_at,
        before.conclusion_at,
        before.emphasis_at,
        before.minor_at,
        after.next_stop_at,
        after.next_question_mark_at,
        after.next_clause_at,
        after.next_refusal_at,
        after.next_negator_at,
        coalesce(before.n_quotes, 0) as n_quotes,
        before.quote_at,
        after.next_quote_at
    from terms
    left join before
        on
            terms.text_id = before.text_id
            and terms.position = before.position
    left join after
        on
            terms.text_id = after.text_id
            and terms.position = after.position
)

select * from int_robust_context
