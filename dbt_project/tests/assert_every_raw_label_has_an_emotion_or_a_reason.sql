-- Why: a label is a class, or it is none for a reason that a reader can look up; upper and lower case
-- must not make two labels of one. A row is a label for which that does not hold.
with

raw_labels as (
    select
        *,
        count(*) over (partition by dataset, lower(raw_label)) as spellings
    from {{ ref('raw_labels') }}
)

select
    dataset,
    raw_label,
    emotion,
    excluded_because
from raw_labels
where
    (emotion is null) = (excluded_because is null)
    or spellings > 1
    or (in_cameo and emotion is null)
