-- Why: an answer that an extraction has no row for would silently count for nothing, one with two
-- would count twice. A row is an extraction with the wrong number of answers.
with

extracted as (
    select
        extraction,
        count(*) as n
    from {{ ref('int_extractions') }}
    group by extraction
)

select
    extractions.extraction,
    extracted.n
from {{ ref('extractions') }} as extractions
left join extracted
    on extractions.extraction = extracted.extraction
where
    extractions.method in {{ sql_list(extraction_methods()) }}
    and coalesce(extracted.n, 0) != (select count(*) from {{ ref('int_answers') }})
