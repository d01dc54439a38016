-- Why: terms and cues are compared without case and accents; two rows that then are one phrase and
-- disagree would be read as either, by chance. (That a term is a cue too is no chance: it is a term.)
-- A row is a phrase with two first emotions, or two cues that are looked for in texts.
with

seeds as (
    select
        term as phrase,
        'term' as seed,
        emotion as meaning
    from {{ ref('emotion_terms') }}
    where rank = 1
    union all
    select
        phrase,
        'cue' as seed,
        cue as meaning
    from {{ ref('cue_phrases') }}
    where cue not in ('joins_or', 'joins_and', 'filler', 'ordinary')
),

{{ robust_tokens('seeds', 'phrase') }}

select
    array_to_string(tokens, ' ') as phrase,
    seed,
    list(distinct meaning) as meanings
from seeds_tokens
group by
    array_to_string(tokens, ' '),
    seed
having count(distinct meaning) > 1
