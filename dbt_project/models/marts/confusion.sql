-- How often each true emotion was read as each label; label NULL is an answer without one.
with

confusions as (
    select * from {{ ref('int_confusions') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
)

select
    confusions.run_id,
    runs.system,
    runs.temperature,
    confusions.extraction,
    confusions.synthetic,
    confusions.dataset,
    confusions.language,
    confusions.emotion,
    confusions.label,
    sum(confusions.n)::bigint as n,
    {{ as_of() }} as as_of
from confusions
inner join runs
    on confusions.run_id = runs.run_id
group by all
order by all
