-- Every term of a text with its role (docs/extraction-robust.md defines them) and, if it is asserted,
-- what it counts.
with

context as (
    select * from {{ ref('int_robust_context') }}
),

texts as (
    select
        text_id,
        tokens
    from {{ ref('int_robust_texts') }}
),

blocked as (
    select * from {{ ref('int_robust_matches') }}
    where kind = 'blocked'
),

joints as (
    select
        list(phrase) as tokens,
        list(phrase) filter (where kind = 'joins_or') as ors
    from {{ ref('int_robust_lexicon') }}
    where
        kind in ('joins_or', 'joins_and', 'filler', 'comma', 'quote')
        or phrase in ('.', ';', '¶', '(', ')', '[', ']')
),

placed as (
    select
        *,
        lag(last_position) over terms as previous_last
    from context
    window terms as (partition by text_id order by position)
),

-- What stands between a term and the one before it, and next to it.
gaps as (
    select
        placed.*,
        len(texts.tokens) as n_tokens,
        texts.tokens[placed.last_position + 1] as next_token,
        texts.tokens[placed.last_position + 2] as token_after_next,
        case
            when placed.position - placed.previous_last <= 8
                then texts.tokens[placed.previous_last + 1:placed.position - 1]
        end as gap
    from placed
    inner join texts
        on placed.text_id = texts.text_id
),

joined as (
    select
        gaps.* exclude (gap),
        gaps.gap is not null
        and list_has_all(
            joints.tokens,
            list_filter(gaps.gap, lambda token: not regexp_full_match(token, '[#0-9.]*[#0-9][#0-9.]*'))
        ) as is_joined,
        coalesce(list_has_any(gaps.gap, ['.', ';', '¶', '!', '?']), false) as is_after_stop,
        coalesce(list_contains(gaps.gap, ','), false) as is_after_comma,
        coalesce(list_has_any(gaps.gap, joints.ors), false) as is_after_or,
        coalesce(
            list_contains(joints.ors, gaps.next_token)
            or (gaps.next_token = ',' and list_contains(joints.ors, gaps.token_after_next)),
            false
        ) as is_before_or,
        -- "anger: 70 %, sadness (0.2)": how much of it.
        try_cast(
            case when gaps.next_token in ('(', '=', ':') then gaps.token_after_next else gaps.next_token end as double
        ) as amount
    from gaps
    cross join joints
),

-- Terms with nothing but such words between them form a run.
numbered as (
    select
        *,
        sum((not is_joined)::integer) over (partition by text_id order by position) as run
    from joined
),

runs as (
    select
        text_id,
        run,
        count(distinct emotion) as n_emotions,
        bool_or((is_joined and is_after_or) or is_before_or) as has_or,
        min(position) as begins_at
    from numbered
    group by
        text_id,
        run
),

-- A negation that reaches a term of a run goes on in it, over commas only if an "or" follows.
stretches as (
    select
        numbered.*,
        runs.n_emotions,
        runs.begins_at,
        sum((
            not numbered.is_joined
            or numbered.is_after_stop
            or (numbered.is_after_comma and not runs.has_or)
        )::integer) over (partition by numbered.text_id order by numbered.position) as stretch,
        row_number() over (
            partition by numbered.text_id, numbered.run, numbered.emotion
            order by numbered.position
        ) as nth_of_emotion,
        count(numbered.amount) over (partition by numbered.text_id) as n_amounts,
        max(numbered.amount) over (partition by numbered.text_id) as greatest_amount
    from numbered
    inner join runs
        on
            numbered.text_id = runs.text_id
            and numbered.run = runs.run
),

judged as (
    select
        *,
        sentence_ends_at is null or sentence_ends_at = n_tokens as is_last_sentence,
        -- Nothing but terms in the sentence (and a word or two).
        coalesce(sentence_ends_at, n_tokens + 1) - coalesce(stop_at, 0) - 1 - n_accounted <= 1 as is_bare,
        greatest(coalesce(stop_at, 0), coalesce(contrast_at, 0)) as part_begins_at,
        greatest(coalesce(conclusion_at, 0), coalesce(emphasis_at, 0)) as conclusive_at,
        bool_or(
            coalesce(
                negator_at > greatest(coalesce(stop_at, 0), coalesce(contrast_at, 0), coalesce(break_at, 0))
                and position - negator_at <= 10
                and coalesce(previous_last < negator_at, true),
                false
            )
        ) over (
            partition by text_id, stretch
            order by position
            rows between unbounded preceding and current row
        )
        or coalesce(next_kind = 'negator_after' and next_at - last_position <= 3, false) as is_negated
    from stretches
),

roles as (
    select
        *,
        -- A list that a sentence ends and that repeats one of its terms was the question; that is the answer.
        n_emotions >= 4 and nth_of_emotion > 1 and is_after_stop as answers_a_list,
        case
            when n_quotes % 2 = 1
                and coalesce(quote_ends_at - quote_at - 1 - (last_position - position + 1) > 1, quote_at > 1)
                then 'quoted'
            when transcript_at > coalesce(stop_at, 0) and conclusive_at < transcript_at then 'quoted'
            when is_question and not (is_bare and is_last_sentence and sentence = 0) then 'asked'
            when whether_at > part_begins_at and conclusive_at < whether_at
                then case when is_in_refusing_clause or refusal_at > part_begins_at then 'refused' else 'asked' end
            when n_emotions >= 4 and not (nth_of_emotion > 1 and is_after_stop) and n_amounts < 2 then 'echoed'
            when n_emotions >= 2
                and options_at > coalesce(stop_at, 0)
                and options_at < begins_at
                and begins_at - options_at <= 6
                and conclusive_at < options_at
                then 'echoed'
            when is_in_refusing_clause then 'refused'
            when refusal_at > part_begins_at
                and not (conclusive_at > refusal_at and coalesce(break_at, 0) > refusal_at)
                then 'refused'
            when is_negated then 'negated'
            else 'asserted'
        end as role
    from judged
),

int_robust_terms as (
    select
        text_id,
        position,
        phrase,
        emotion,
        role,
        run,
        n_emotions,
        weight,
        weight
        -- Two amounts and more compare the emotions of a text.
        * case when n_amounts >= 2 and greatest_amount > 0 then coalesce(amount, 0) / greatest_amount else 1 end
        * case when position - minor_at <= 5 and minor_at > part_begins_at then 0.5 else 1 end
        * case
            when conclusion_at > coalesce(stop_at, 0) then 16
            when answers_a_list then 16
            when emphasis_at > coalesce(stop_at, 0) or is_bare then 4
            else 1
        end as strength
    from roles
    union all
    select
        text_id,
        position,
        phrase,
        emotion,
        'blocked' as role,
        null as run,
        null as n_emotions,
        weight,
        0 as strength
    from blocked
)

select * from int_robust_terms
