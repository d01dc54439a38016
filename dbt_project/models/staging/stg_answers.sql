-- Every answer that was ever stored, also those that count no more. Not one row per run and clip:
-- that is stg_predictions, which has to compare rows for it.
with

source as (
    select * from {{ source('warehouse', 'predictions') }}
),

renamed as (
    select
        labels,
        raw_text
    from source
    where
        raw_text is not null
        and {{ stored_by_then('answered_at') }}
)

select * from renamed
