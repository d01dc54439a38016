-- Where in a text which phrase of the lexicon is. What lies within another match is none; of two terms
-- that overlap the first counts, while cues may overlap ("the emotion is", "is unclear"). A term that
-- a blocker reaches ("happy to help") stays, marked as such, for people to see.
with

texts as (
    select
        text_id,
        tokens
    from {{ ref('int_robust_texts') }}
),

lexicon as (
    select * from {{ ref('int_robust_lexicon') }}
    where kind not in ('joins_or', 'joins_and', 'filler', 'ordinary')
),

misspellings as (
    select * from {{ ref('int_robust_misspellings') }}
),

entries as (
    select
        first_token,
        second_token,
        tokens,
        n_tokens,
        kind,
        phrase,
        emotion,
        weight
    from lexicon
    union all
    select
        word as first_token,
        null as second_token,
        [word] as tokens,
        1 as n_tokens,
        'term' as kind,
        phrase,
        emotion,
        weight
    from misspellings
),

places as (
    select
        text_id,
        unnest(tokens) as token,
        unnest(tokens[2:]) as next_token,
        unnest(range(1, len(tokens) + 1))::integer as position
    from texts
),

beginnings as (
    select
        places.text_id,
        places.position,
        entries.n_tokens,
        entries.kind,
        entries.phrase,
        entries.emotion,
        entries.weight,
        entries.tokens
    from places
    inner join entries
        on
            places.token = entries.first_token
            and (entries.n_tokens = 1 or places.next_token = entries.second_token)
),

-- Only phrases of three tokens and more have to be looked at again.
long as (
    select beginnings.*
    from beginnings
    inner join texts
        on beginnings.text_id = texts.text_id
    where
        beginnings.n_tokens > 2
        and texts.tokens[beginnings.position:beginnings.position + beginnings.n_tokens - 1] = beginnings.tokens
),

found as (
    select
        text_id,
        position,
        n_tokens,
        kind,
        phrase,
        emotion,
        weight
    from beginnings
    where n_tokens <= 2
    union all
    select
        text_id,
        position,
        n_tokens,
        kind,
        phrase,
        emotion,
        weight
    from long
),

compared as (
    select
        *,
        position + n_tokens - 1 as last_position,
        -- The farthest that anything before reaches, a term or blocker, and a blocker.
        max(position + n_tokens - 1) over before as reached,
        max(position + n_tokens - 1) filter (where kind in ('term', 'blocker')) over before as reached_by_word,
        max(position + n_tokens - 1) filter (where kind = 'blocker') over before as reached_by_blocker
    from found
    window before as (
        partition by text_id
        order by position asc, n_tokens desc
        rows between unbounded preceding and 1 preceding
    )
),

judged as (
    select
        *,
        kind = 'term' and coalesce(position <= reached_by_blocker, false) as is_blocked,
        coalesce(last_position <= reached, false)
        or (kind = 'term' and coalesce(position <= reached_by_word, false)) as is_covered
    from compared
),

int_robust_matches as (
    select
        text_id,
        position,
        last_position,
        case when is_blocked then 'blocked' else kind end as kind,
        phrase,
        emotion,
        weight
    from judged
    where
        is_blocked
        or not is_covered
)

select * from int_robust_matches
