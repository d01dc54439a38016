-- Of texts with more than one term: which terms belong together. A run is terms with nothing between
-- them but commas, "or", "and", numbering and words like "very"; a stretch is as much of a run as
-- one negation reaches. (Most texts have one term, and are spared all this.)
with

context as (
    select
        text_id,
        position,
        last_position,
        emotion
    from {{ ref('int_robust_context') }}
),

texts as (
    select
        text_id,
        tokens
    from {{ ref('int_robust_texts') }}
),

joints as (
    select
        phrase,
        kind = 'joins_or' as is_or,
        kind = 'stop' as is_stop
    from {{ ref('int_robust_lexicon') }}
    where
        n_tokens = 1
        and (
            kind in ('joins_or', 'joins_and', 'filler', 'comma', 'quote')
            or phrase in ('.', ';', '¶', '(', ')', '[', ']')
        )
),

ors as (
    select list(phrase) as tokens
    from joints
    where is_or
),

placed as (
    select
        *,
        lag(last_position) over terms as previous_last,
        lead(position) over terms as next_at
    from context
    window terms as (partition by text_id order by position)
),

-- What stands between a term and the one before it, and after it.
gaps as (
    select
        placed.text_id,
        placed.position,
        placed.previous_last,
        placed.emotion,
        case
            when placed.position - placed.previous_last <= 8
                then texts.tokens[placed.previous_last + 1:placed.position - 1]
        end as gap,
        texts.tokens[placed.last_position + 1] as next_token,
        texts.tokens[placed.last_position + 2] as token_after_next
    from placed
    inner join texts
        on placed.text_id = texts.text_id
    where
        placed.previous_last is not null
        or placed.next_at is not null
),

gap_tokens as (
    select
        text_id,
        position,
        unnest(gap) as token
    from gaps
),

-- A word that joins nothing parts two terms; a number joins.
fillings as (
    select
        gap_tokens.text_id,
        gap_tokens.position,
        bool_and(joints.phrase is not null or try_cast(gap_tokens.token as double) is not null) as joins,
        bool_or(coalesce(joints.is_stop, false)) as is_after_stop,
        bool_or(gap_tokens.token = ',') as is_after_comma,
        bool_or(coalesce(joints.is_or, false)) as is_after_or
    from gap_tokens
    left join joints
        on gap_tokens.token = joints.phrase
    group by
        gap_tokens.text_id,
        gap_tokens.position
),

joined as (
    select
        gaps.text_id,
        gaps.position,
        gaps.previous_last,
        gaps.emotion,
        gaps.gap is not null and coalesce(fillings.joins, true) as is_joined,
        coalesce(fillings.is_after_stop, false) as is_after_stop,
        coalesce(fillings.is_after_comma, false) as is_after_comma,
        coalesce(fillings.is_after_or, false) as is_after_or,
        coalesce(
            list_contains(ors.tokens, gaps.next_token)
            or (gaps.next_token = ',' and list_contains(ors.tokens, gaps.token_after_next)),
            false
        ) as is_before_or,
        -- "anger: 70 %, sadness (0.2)": how much of it.
        try_cast(
            case
                when gaps.next_token in ('(', '=', ':') then gaps.token_after_next
                else gaps.next_token
            end as double
        ) as amount
    from gaps
    cross join ors
    left join fillings
        on
            gaps.text_id = fillings.text_id
            and gaps.position = fillings.position
),

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

int_robust_runs as (
    select
        numbered.text_id,
        numbered.position,
        numbered.previous_last,
        numbered.run::integer as run,
        runs.n_emotions,
        runs.begins_at,
        numbered.is_after_stop,
        -- Over commas a negation goes on only if an "or" follows: "not happy, sad" against
        -- "not happy, sad or angry".
        sum((
            not numbered.is_joined
            or numbered.is_after_stop
            or (numbered.is_after_comma and not runs.has_or)
        )::integer) over (partition by numbered.text_id order by numbered.position)::integer as stretch,
        row_number() over (
            partition by numbered.text_id, numbered.run, numbered.emotion
            order by numbered.position
        ) as nth_of_emotion,
        numbered.amount,
        count(numbered.amount) over (partition by numbered.text_id) as n_amounts,
        max(numbered.amount) over (partition by numbered.text_id) as greatest_amount
    from numbered
    inner join runs
        on
            numbered.text_id = runs.text_id
            and numbered.run = runs.run
)

select * from int_robust_runs
