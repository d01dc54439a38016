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

longest as (
    select max(n_tokens) as n_tokens
    from entries
),

-- Every place has the tokens around it with it. A text that goes round in circles for thousands of
-- tokens would then be there thousands of times, hence pieces, which overlap by the longest phrase.
starts as (
    select
        text_id,
        tokens,
        greatest(100, ceil(sqrt(len(tokens))))::integer as piece,
        unnest(range(0, len(tokens), greatest(100, ceil(sqrt(len(tokens))))::integer)) as skipped
    from texts
),

pieces as (
    select
        starts.text_id,
        starts.skipped,
        starts.piece,
        starts.tokens[starts.skipped + 1:starts.skipped + starts.piece + longest.n_tokens] as tokens
    from starts
    cross join longest
),

places as (
    select
        text_id,
        skipped,
        tokens,
        unnest(tokens[:piece]) as token,
        unnest(tokens[2:piece + 1]) as next_token,
        unnest(range(skipped + 1, skipped + least(piece, len(tokens)) + 1))::integer as position
    from pieces
),

-- Two tokens tell most phrases apart; the whole of it is compared where they do not.
found as (
    select
        places.text_id,
        places.position,
        places.position + entries.n_tokens - 1 as last_position,
        entries.kind,
        entries.phrase,
        entries.emotion,
        entries.weight
    from places
    inner join entries
        on
            places.token = entries.first_token
            and (entries.n_tokens = 1 or places.next_token = entries.second_token)
    where
        entries.n_tokens <= 2
        or places.tokens[
            places.position - places.skipped:places.position - places.skipped + entries.n_tokens - 1
        ] = entries.tokens
),

-- What lies under each token of the longer matches (cheaper than to sort all matches).
long as (
    select
        text_id,
        position as starts_at,
        last_position,
        kind,
        unnest(range(position, last_position + 1))::integer as position
    from found
    where last_position > position
),

covers as (
    select
        text_id,
        position,
        max(last_position) filter (where starts_at = position) as reached_from_here,
        max(last_position) filter (where starts_at < position) as reached,
        bool_or(kind in ('term', 'blocker')) filter (where starts_at < position) as is_in_word,
        max(last_position) filter (where kind = 'blocker') as reached_by_blocker
    from long
    group by
        text_id,
        position
),

compared as (
    select
        found.*,
        found.kind = 'term' and covers.reached_by_blocker is not null as is_blocked,
        coalesce(covers.reached >= found.last_position, false)
        or coalesce(covers.reached_from_here > found.last_position, false)
        or (found.kind = 'term' and coalesce(covers.is_in_word, false)) as is_covered
    from found
    left join covers
        on
            found.text_id = covers.text_id
            and found.position = covers.position
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
    from compared
    where
        is_blocked
        or not is_covered
)

select * from int_robust_matches
