-- What every label of every corpus stands for, with the views of CAMEO and of EmoBox beside it.
with

raw_labels as (
    select * from {{ ref('raw_labels') }}
),

emotions as (
    select * from {{ ref('emotions') }}
)

select
    raw_labels.dataset,
    raw_labels.raw_label,
    raw_labels.emotion,
    raw_labels.excluded_because,
    emotions.adjective,
    emotions.is_primary,
    emotions.plutchik_family,
    emotions.valence,
    emotions.arousal,
    raw_labels.in_cameo,
    raw_labels.emobox_raw_label,
    raw_labels.emobox_label,
    raw_labels.note,
    {{ as_of() }} as as_of
from raw_labels
left join emotions
    on raw_labels.emotion = emotions.emotion
order by
    raw_labels.dataset,
    raw_labels.raw_label
