-- The rejects of today: the latest of each file that is none of today's clips.
with

source as (
    select * from {{ source('warehouse', 'rejects') }}
    where {{ stored_by_then('rejected_at') }}
),

rejects as (
    select
        dataset,
        original_path
    from {{ ref('stg_files') }}
    where state = 'reject'
),

renamed as (
    select
        source.dataset,
        source.original_path,
        source.reason,
        source.detail,
        source.remedy,
        source.source_bytes,
        source.ingest_version,
        source.rejected_at
    from source
    inner join rejects
        on
            source.dataset = rejects.dataset
            and source.original_path = rejects.original_path
    qualify
        row_number() over (
            partition by source.dataset, source.original_path
            order by source.rejected_at desc, source.reason asc
        ) = 1
)

select * from renamed
