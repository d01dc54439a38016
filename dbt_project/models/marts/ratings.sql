-- What raters gave every clip, a number per row, beside the emotion that it counts as.
with

ratings as (
    select * from {{ ref('stg_ratings') }}
),

utterances as (
    select
        file_id,
        language,
        emotion
    from {{ ref('stg_utterances') }}
)

select
    ratings.file_id,
    ratings.dataset,
    utterances.language,
    utterances.emotion,
    ratings.rating,
    ratings.value,
    ratings.low,
    ratings.high,
    -- 0 to 1, so that scales of five and of seven points can be laid side by side.
    (ratings.value - ratings.low) / nullif(ratings.high - ratings.low, 0) as share,
    ratings.unit,
    {{ as_of() }} as as_of
from ratings
inner join utterances
    on ratings.file_id = utterances.file_id
order by
    ratings.dataset,
    ratings.file_id,
    ratings.rating
