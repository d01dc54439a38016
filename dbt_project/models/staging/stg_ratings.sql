-- The ratings of today's clips. A clip that was ingested again was written with its ratings again, and
-- a job that was killed may have left ratings without their clip: what belongs to the clip as it is
-- now carries the fingerprint that the clip names.
with

source as (
    select * from {{ source('warehouse', 'ratings') }}
    where {{ stored_by_then('ingested_at') }}
),

clips as (
    select
        file_id,
        ratings_sha256
    from {{ ref('stg_utterances') }}
),

ratings as (
    select
        source.file_id,
        source.dataset,
        source.rating,
        source.value,
        source.low,
        source.high,
        source.unit,
        source.ingested_at
    from source
    inner join clips
        on
            source.file_id = clips.file_id
            and source.ratings_sha256 = clips.ratings_sha256
    qualify
        row_number() over (
            partition by source.file_id, source.rating
            order by source.ingested_at desc
        ) = 1
)

select * from ratings
