-- Why: a method that is in the registry but not in macros/extractions.sql, or that drops answers it
-- cannot read, would make its metrics run over fewer clips than the others'.
-- A row is a run and extraction with the wrong number of predictions.
with

expected as (
    select
        predictions.run_id,
        count(*) as n
    from {{ ref('stg_predictions') }} as predictions
    inner join {{ ref('stg_utterances') }} as utterances
        on predictions.file_id = utterances.file_id
    group by predictions.run_id
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
