-- Why: EmoBox uses one set of labels for all corpora, so a label that means two emotions here is a
-- wrong row in the seed raw_labels. A row is such a label.
with

raw_labels as (
    select * from {{ ref('raw_labels') }}
)

select
    emobox_label,
    list(distinct emotion) as emotions
from raw_labels
where
    emobox_label is not null
    -- The one label that EmoBox merges: excitement is happiness in its IEMOCAP.
    and not (dataset = 'IEMOCAP' and emotion = 'excitement')
group by emobox_label
having count(distinct emotion) > 1
