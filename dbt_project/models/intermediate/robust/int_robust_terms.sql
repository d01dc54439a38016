-- Every term of a text with its role (docs/extraction-robust.md defines them) and, if it is asserted,
-- what it counts.
with

context as (
    select * from {{ ref('int_robust_context') }}
),

runs as (
    select * from {{ ref('int_robust_runs') }}
),

texts as (
    select
        text_id,
        n_tokens
    from {{ ref('int_robust_texts') }}
),

blocked as (
    select * from {{ ref('int_robust_matches') }}
    where kind = 'blocked'
),

placed as (
    select
        context.*,
        texts.n_tokens,
        runs.previous_last,
        coalesce(runs.run, 1) as run,
        coalesce(runs.stretch, 1) as stretch,
        coalesce(runs.n_emotions, 1) as n_emotions,
        coalesce(runs.begins_at, context.position) as begins_at,
        -- A list that a sentence ends, and then one of its terms again: that is the answer to it.
        coalesce(runs.n_emotions >= 4 and runs.nth_of_emotion > 1 and runs.is_after_stop, false)
            as answers_a_list,
        runs.amount,
        coalesce(runs.n_amounts >= 2 and runs.greatest_amount > 0, false) as has_amounts,
        runs.greatest_amount,
        coalesce(context.stop_at, 0) as sentence_begins_at,
        greatest(coalesce(context.stop_at, 0), coalesce(context.contrast_at, 0)) as part_begins_at,
        coalesce(context.clause_at, 0) as clause_begins_at,
        greatest(coalesce(context.conclusion_at, 0), coalesce(context.emphasis_at, 0)) as conclusive_at,
        coalesce(context.next_question_mark_at = context.next_stop_at, false) as is_question,
        -- What else is in the sentence.
        coalesce(context.next_stop_at, texts.n_tokens + 1)
        - coalesce(context.stop_at, 0)
        - 1
        - (context.last_position - context.position + 1) as n_other_tokens,
        coalesce(
            context.refusal_at > coalesce(context.clause_at, 0)
            or context.next_refusal_at < coalesce(context.next_clause_at, texts.n_tokens + 1),
            false
        ) as is_in_refusing_clause
    from context
    inner join texts
        on context.text_id = texts.text_id
    left join runs
        on
            context.text_id = runs.text_id
            and context.position = runs.position
),

negators as (
    select
        *,
        -- The first term after a negator …
        coalesce(
            negator_at > clause_begins_at
            and position - negator_at <= 10
            and coalesce(previous_last < negator_at, true),
            false
        ) as follows_negator,
        coalesce(
            next_negator_at - last_position <= 3
            and next_negator_at < coalesce(next_clause_at, n_tokens + 1),
            false
        ) as precedes_negator
    from placed
),

judged as (
    select
        *,
        -- … and the terms of the stretch that it begins.
        precedes_negator
        or bool_or(follows_negator) over (
            partition by text_id, stretch
            order by position
            rows between unbounded preceding and current row
        ) as is_negated
    from negators
),

roles as (
    select
        *,
        case
            when
                n_quotes % 2 = 1
                and coalesce(next_quote_at - quote_at - 1 - (last_position - position + 1) > 1, quote_at > 1)
                then 'quoted'
            when
                transcript_at > sentence_begins_at
                and conclusive_at < transcript_at
                then 'quoted'
            when
                is_question
                and not (n_other_tokens = 0 and stop_at is null and next_stop_at = n_tokens)
                then 'asked'
            when
                whether_at > part_begins_at
                and conclusive_at < whether_at
                and not is_in_refusing_clause
                and not coalesce(refusal_at > part_begins_at, false)
                then 'asked'
            when
                condition_at > sentence_begins_at
                and coalesce(conclusion_at < condition_at, true)
                then 'supposed'
            -- After a refusal an example is one of how speakers sound, not of how this one does.
            when
                example_at > sentence_begins_at
                and first_refusal_at < sentence_begins_at
                and coalesce(conclusion_at < example_at, true)
                then 'supposed'
            when
                n_emotions >= 4
                and not answers_a_list
                and not has_amounts
                then 'echoed'
            when
                n_emotions >= 2
                and options_at > sentence_begins_at
                and options_at < begins_at
                and begins_at - options_at <= 6
                and conclusive_at < options_at
                then 'echoed'
            when
                is_in_refusing_clause
                then 'refused'
            when
                refusal_at > part_begins_at
                and not (
                    conclusive_at > greatest(refusal_at, coalesce(whether_at, 0))
                    and clause_begins_at > refusal_at
                )
                then 'refused'
            when
                is_negated
                then 'negated'
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
        * case when has_amounts then coalesce(amount, 0) / greatest_amount else 1 end
        * case when position - minor_at <= 5 and minor_at > part_begins_at then 0.5 else 1 end
        * case
            when conclusion_at > sentence_begins_at or answers_a_list then 16
            when emphasis_at > sentence_begins_at or n_other_tokens <= 2 then 4
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
