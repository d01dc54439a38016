-- Why: CAMEO's view is one of the taxonomy's. The emotions of a corpus' labels in CAMEO must be those
-- of its published split, and all of them together CAMEO's 17. A row is an emotion in one and not in
-- the other.
with

taxonomy as (
    select distinct
        dataset,
        emotion
    from {{ ref('taxonomy') }}
    where in_cameo
),

published as (
    select
        dataset,
        emotion
    from {{ ref('published_label_counts') }}
    where document = 'cameo'
),

seventeen as (
    select
        'all of CAMEO' as dataset,
        emotion
    from {{ ref('emotions') }}
    where in_cameo
),

ours as (
    select * from taxonomy
    union
    select
        'all of CAMEO' as dataset,
        emotion
    from taxonomy
),

theirs as (
    select * from published
    union
    select * from seventeen
)

select
    ours.dataset as dataset_here,
    ours.emotion as emotion_here,
    theirs.dataset,
    theirs.emotion
from ours
full join theirs
    on
        ours.dataset = theirs.dataset
        and ours.emotion = theirs.emotion
where
    ours.emotion is null
    or theirs.emotion is null
