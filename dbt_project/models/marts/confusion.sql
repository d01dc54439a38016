-- How often each true emotion was read as each label; label NULL is an answer without one.
with

predictions as (
    select * from {{ ref('predictions') }}
)

select
    run_id,
    system,
    temperature,
    extraction,
    synthetic,
    dataset,
    language,
    emotion,
    label,
    count(*) as n
from predictions
group by all
order by all
