-- Why: a reading is the truth that extractions are held against, and it is written row by row. A row is
-- a reading whose labels do not fit its kind (one: exactly one; several: two or more; else none),
-- were not on offer, or stand there twice.
with

readings as (
    select
        collection,
        row,
        kind,
        string_split(offered, '|') as offered,
        coalesce(string_split(labels, '|'), []) as labels
    from {{ ref('readings') }}
)

select *
from readings
where
    not case kind
        when 'one' then len(labels) = 1
        when 'several' then len(labels) >= 2
        else len(labels) = 0
    end
    or not list_has_all(offered, labels)
    or len(list_distinct(labels)) != len(labels)
    or len(list_distinct(offered)) != len(offered)
