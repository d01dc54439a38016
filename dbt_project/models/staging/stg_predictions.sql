-- One row per run and clip: the answer, or the error if there has been no answer since.
with

source as (
    select * from {{ source('warehouse', 'predictions') }}
),

renamed as (
    select
        run_id,
        file_id,
        labels,
        raw_text,
        error,
        answered_at
    from source
    qualify
        row_number() over (
            partition by run_id, file_id
            order by raw_text is null, answered_at
        ) = 1
)

select * from renamed
