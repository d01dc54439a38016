-- Why: a term whose emotion is misspelt in the seed, or that no candidate label can ever stand for, is
-- found and never read. A row is an emotion of the terms that is no term itself, so that a label of
-- that name would not mean it.
select distinct emotion_terms.emotion
from {{ ref('emotion_terms') }} as emotion_terms
left join {{ ref('emotion_terms') }} as names
    on
        emotion_terms.emotion = names.term
        and emotion_terms.emotion = names.emotion
        and names.rank = 1
where names.term is null
