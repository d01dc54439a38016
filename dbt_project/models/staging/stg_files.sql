-- What is last known of every source file: that it is a clip, or that it could not be used.
-- Everything else in staging asks here, so that no file is a clip and a reject at once.
with

known as (
    select
        dataset,
        original_path,
        'clip' as state,
        ingested_at as known_at
    from {{ source('warehouse', 'utterances') }}
    where {{ stored_by_then('ingested_at') }}
    union all
    select
        dataset,
        original_path,
        'reject' as state,
        rejected_at as known_at
    from {{ source('warehouse', 'rejects') }}
    where {{ stored_by_then('rejected_at') }}
),

latest as (
    select * from known
    -- At the same moment a clip counts before a reject: its audio is there.
    qualify row_number() over (partition by dataset, original_path order by known_at desc, state asc) = 1
)

select * from latest
