-- Longer answers are not compared with labels as a whole (int_texts): raise longest_label() for these.
select
    emotion,
    length(emotion) as letters
from {{ ref('int_classes') }}
where length(emotion) > {{ longest_label() }}
