-- Pairs of clips with audio in common, within and across corpora.
with

clips as (
    select * from {{ ref('utterances') }}
),

pairs as (
    select * from {{ ref('int_duplicates__equal') }}
    union all by name
    select * from {{ ref('int_duplicates__landmarks') }}
)

select
    pairs.kind,
    pairs.file_id,
    pairs.other_file_id,
    one.dataset,
    other.dataset as other_dataset,
    one.original_path,
    other.original_path as other_original_path,
    one.emotion,
    other.emotion as other_emotion,
    one.speaker_id,
    other.speaker_id as other_speaker_id,
    one.dataset != other.dataset as across_corpora,
    one.emotion != other.emotion as labels_differ,
    pairs.offset_s,
    pairs.shared_s,
    pairs.shared_landmarks,
    {{ as_of() }} as as_of
from pairs
inner join clips as one
    on pairs.file_id = one.file_id
inner join clips as other
    on pairs.other_file_id = other.file_id
order by
    labels_differ desc,
    one.dataset asc,
    one.original_path asc,
    other.original_path asc
