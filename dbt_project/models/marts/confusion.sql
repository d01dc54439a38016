-- How often each true emotion was read as each label; label NULL is an answer without one.
with

predictions as (
    select * from {{ ref('predictions') }}
),

corpora as (
    select
        dataset,
        synthetic
    from {{ ref('stg_corpora') }}
)

select
    predictions.run_id,
    predictions.system,
    predictions.temperature,
    predictions.extraction,
    corpora.synthetic,
    predictions.dataset,
    predictions.language,
    predictions.emotion,
    predictions.label,
    count(*) as n
from predictions
inner join corpora
    on predictions.dataset = corpora.dataset
group by all
order by all
