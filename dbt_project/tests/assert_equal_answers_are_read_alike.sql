-- Why: a reader who reads the same words in two ways makes a mistake in one of them. A row is a text
-- and the labels on offer with more than one reading.
select
    text_sha256,
    offered,
    count(distinct concat_ws(':', kind, labels)) as n_readings
from {{ ref('readings') }}
group by
    text_sha256,
    offered
having count(distinct concat_ws(':', kind, labels)) > 1
