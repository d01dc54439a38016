-- One row per run and clip, of those with the label set that was offered last: the answer, or the
-- error if there has been no answer since.
with

-- Read twice, of which once only two columns: kept in memory it would be gigabytes.
source as not materialized (
    select
        run_id,
        file_id,
        labels,
        raw_text,
        label_logprobs,
        error,
        answered_at
    from {{ source('warehouse', 'predictions') }}
    where {{ stored_by_then('answered_at') }}
),

-- Almost every clip has one row, and that needs no ordering of millions. Two clips with the same
-- hash only take the longer way.
crowded as materialized (
    select hash(run_id, file_id) as clip
    from source
    group by clip
    having count(*) > 1
),

single_rows as (
    select * from source
    where hash(run_id, file_id) not in (select crowded.clip from crowded)
),

several_rows as (
    select
        *,
        max(answered_at) over (partition by run_id, file_id, labels) as labels_last_offered_at
    from source
    where hash(run_id, file_id) in (select crowded.clip from crowded)
),

latest_rows as (
    select * exclude (labels_last_offered_at)
    from several_rows
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
),

renamed as (
    select * from single_rows
    union all
    select * from latest_rows
)

select * from renamed
