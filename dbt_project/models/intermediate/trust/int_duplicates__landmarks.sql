-- Clips that hold a piece of the same recording: three landmarks in common, all of them as far
-- apart in the one as in the other. (One or two may be chance; three at one offset never were.)
with

clips as (
    select * from {{ ref('stg_utterances') }}
),

measures as (
    select * from {{ ref('stg_quality') }}
),

landmarks as (
    select
        clips.file_id,
        clips.pcm_sha256,
        clips.source_rate_hz,
        clips.duration_s,
        unnest(measures.landmarks) as landmark,
        unnest(measures.landmark_frames) as frame
    from measures
    inner join clips
        on measures.file_id = clips.file_id
),

-- What many clips share is a jingle or a beep of the studio, and would be compared crosswise.
telling as (
    select * from landmarks
    qualify count(*) over (partition by landmark, source_rate_hz) <= 20
),

offsets as (
    select
        one.file_id,
        other.file_id as other_file_id,
        one.source_rate_hz,
        one.duration_s,
        other.duration_s as other_duration_s,
        one.frame - other.frame as offset_frames,
        count(*) as shared_landmarks
    from telling as one
    inner join telling as other
        on
            one.landmark = other.landmark
            and one.source_rate_hz = other.source_rate_hz
            and one.file_id < other.file_id
    -- Equal audio is found by its hash.
    where one.pcm_sha256 != other.pcm_sha256
    group by all
    having count(*) >= 3
),

best as (
    select
        *,
        offset_frames / source_rate_hz as offset_s
    from offsets
    qualify
        row_number() over (
            partition by file_id, other_file_id
            order by shared_landmarks desc, offset_frames asc
        ) = 1
),

placed as (
    select
        *,
        least(duration_s, offset_s + other_duration_s) - greatest(0, offset_s) as shared_s
    from best
),

-- The longer clip comes first, so that a piece stands beside what it was cut out of.
int_duplicates__landmarks as (
    select
        case
            when shared_s >= 0.95 * greatest(duration_s, other_duration_s) then 'copy'
            when shared_s >= 0.95 * least(duration_s, other_duration_s) then 'cut out'
            else 'overlap'
        end as kind,
        case when duration_s >= other_duration_s then file_id else other_file_id end as file_id,
        case when duration_s >= other_duration_s then other_file_id else file_id end as other_file_id,
        case when duration_s >= other_duration_s then offset_s else -offset_s end as offset_s,
        shared_s,
        shared_landmarks
    from placed
)

select * from int_duplicates__landmarks
