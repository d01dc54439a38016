-- The rejects of today: the latest of each file, unless the file was ingested since.
with

source as (
    select * from {{ source('warehouse', 'rejects') }}
),

utterances as (
    select
        dataset,
        original_path,
        ingested_at
    from {{ ref('stg_utterances') }}
),

latest as (
    select
        dataset,
        original_path,
        reason,
        detail,
        remedy,
        source_bytes,
        ingest_version,
        rejected_at
    from source
    qualify row_number() over (partition by dataset, original_path order by rejected_at desc) = 1
),

standing as (
    select latest.*
    from latest
    left join utterances
        on
            latest.dataset = utterances.dataset
            and latest.original_path = utterances.original_path
            and latest.rejected_at < utterances.ingested_at
    where utterances.dataset is null
)

select * from standing
