-- Every term of a text with what stands before and after it: all that its role depends on.
with

matches as (
    select * from {{ ref('int_robust_matches') }}
    where kind != 'blocked'
),

seen as (
    select
        text_id,
        position,
        last_position,
        kind,
        phrase,
        emotion,
        weight,
        count(*) filter (where kind = 'stop') over before as sentence,
        count(*) filter (where kind in ('stop', 'comma', 'break', 'contrast')) over before as clause,
        count(*) filter (where kind = 'quote') over before as n_quotes,
        max(position) filter (where kind = 'quote') over before as quote_at,
        max(position) filter (where kind = 'stop') over before as stop_at,
        max(position) filter (where kind = 'contrast') over before as contrast_at,
        max(position) filter (where kind in ('comma', 'break')) over before as break_at,
        max(last_position) filter (where kind = 'negator') over before as negator_at,
        max(position) filter (where kind = 'refusal') over before as refusal_at,
        max(position) filter (where kind = 'whether') over before as whether_at,
        max(last_position) filter (where kind = 'options') over before as options_at,
        max(position) filter (where kind = 'transcript') over before as transcript_at,
        max(position) filter (where kind = 'conclusion') over before as conclusion_at,
        max(position) filter (where kind = 'emphasis') over before as emphasis_at,
        max(last_position) filter (where kind = 'minor') over before as minor_at,
        lead(kind) over (partition by text_id order by position) as next_kind,
        lead(position) over (partition by text_id order by position) as next_at
    from matches
    window before as (
        partition by text_id
        order by position
        rows between unbounded preceding and 1 preceding
    )
),

-- Sentences end with a stop; what belongs to none of its terms and marks is other words.
sentences as (
    select
        text_id,
        sentence,
        max(position) filter (where kind = 'stop') as ends_at,
        bool_or(kind = 'stop' and phrase = '?') as is_question,
        sum(last_position - position + 1) filter (
            where kind in ('term', 'comma', 'break', 'quote')
        ) as n_accounted
    from seen
    group by
        text_id,
        sentence
),

clauses as (
    select
        text_id,
        clause,
        true as refuses
    from seen
    where kind = 'refusal'
    group by
        text_id,
        clause
),

quotes as (
    select
        text_id,
        list(position order by position) as positions
    from seen
    where kind = 'quote'
    group by text_id
),

int_robust_context as (
    select
        seen.* exclude (kind, clause),
        coalesce(clauses.refuses, false) as is_in_refusing_clause,
        sentences.is_question,
        sentences.ends_at as sentence_ends_at,
        sentences.n_accounted,
        -- Within quotation marks if their number before it is odd.
        case when seen.n_quotes % 2 = 1 then quotes.positions[seen.n_quotes + 1] end as quote_ends_at
    from seen
    inner join sentences
        on
            seen.text_id = sentences.text_id
            and seen.sentence = sentences.sentence
    left join clauses
        on
            seen.text_id = clauses.text_id
            and seen.clause = clauses.clause
    left join quotes
        on seen.text_id = quotes.text_id
    where seen.kind = 'term'
)

select * from int_robust_context
