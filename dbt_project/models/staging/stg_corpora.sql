with

source as (
    select * from {{ source('warehouse', 'corpora') }}
),

renamed as (
    select
        dataset,
        language,
        labels,
        synthetic,
        published_clips,
        published_speakers,
        published_hours,
        published_classes,
        published_class_clips,
        access,
        access_note,
        license,
        license_source,
        url,
        citation,
        registered_at
    from source
)

select * from renamed
