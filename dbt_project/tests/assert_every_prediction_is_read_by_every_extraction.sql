-- Why: a method that drops answers it cannot read, a join that loses or doubles some, or a run that is
-- not described would make metrics run over fewer clips, or none. A row is a run and extraction
-- with the wrong number of clips. (Runs without log-probabilities have no row of those methods.)
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
        sum(n) as n
    from {{ ref('confusion') }}
    group by
        run_id,
        extraction
),

extractions as (
    select
        extraction,
        method in {{ sql_list(prediction_methods()) }} as may_be_absent
    from {{ ref('extractions') }}
)

select
    expected.run_id,
    extractions.extraction,
    expected.n as n_expected,
    found.n as n_found
from expected
cross join extractions
left join found
    on
        expected.run_id = found.run_id
        and extractions.extraction = found.extraction
where
    found.n is distinct from expected.n
    and not (extractions.may_be_absent and found.n is null)
