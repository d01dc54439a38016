-- One row per run and clip, of those with the label set that was offered last: the answer, or the
-- error if there has been no answer since.
with

source as (
    select
        *,
        max(answered_at) over (partition by run_id, file_id, labels) as labels_last_offered_at
    from {{ source('warehouse', 'predictions') }}
),

renamed as (
    select
        run_id,
        file_id,
        labels,
        raw_text,
        label_logprobs,
        error,
        answered_at
    from source
    qualify
        row_number() over (
            partition by run_id, file_id
            order by
                labels_last_offered_at desc,
                labels asc,
                raw_text is null asc,
                answered_at asc,
                raw_text asc
        ) = 1
)

select * from renamed
