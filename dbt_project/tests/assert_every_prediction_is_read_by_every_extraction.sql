-- Why: a method that the seed `extractions` names but macros/extractions.sql does not, one that
-- drops answers it cannot read, or a run that is not described would make metrics run over fewer
-- clips, or none. A row is a run and extraction with the wrong number of predictions.
with

expected as (
    select
        run_id,
        count(*) as n
    from {{ ref('int_predictions') }}
    group by run_id
),

found as (
    select
        run_id,
        extraction,
        count(*) as n
    from {{ ref('predictions') }}
    group by
        run_id,
        extraction
)

select
    expected.run_id,
    extractions.extraction,
    expected.n as n_expected,
    found.n as n_found
from expected
cross join {{ ref('extractions') }} as extractions
left join found
    on
        expected.run_id = found.run_id
        and extractions.extraction = found.extraction
where found.n is distinct from expected.n
