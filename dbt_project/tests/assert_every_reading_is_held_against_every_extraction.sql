-- Why: correct_rate compares extractions only if all were read on the same answers. A row is a
-- collection and extraction of the mart with other answers than its neighbours, or fewer extractions
-- that read texts than the seed has.
select
    collection,
    min(n) as n_least,
    max(n) as n_most,
    count(*) as n_extractions
from {{ ref('extraction_readings') }}
group by collection
having
    min(n) != max(n)
    or count(*) != (
        select count(*)
        from {{ ref('extractions') }} as extractions
        where extractions.method in {{ sql_list(extraction_methods()) }}
    )
