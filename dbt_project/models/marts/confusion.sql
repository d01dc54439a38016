-- How often each true emotion was read as each label; label NULL is an answer without one.
with

confusions as (
    select
        series_id,
        band_id,
        truth_id,
        label_id,
        sum(n) as n
    from {{ ref('int_confusions') }}
    group by all
),

bands as (
    select distinct
        band_id,
        synthetic,
        dataset,
        language
    from {{ ref('int_groups') }}
),

series as (
    select * from {{ ref('int_series') }}
),

classes as (
    select * from {{ ref('int_classes') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
)

select
    series.run_id,
    runs.system,
    runs.temperature,
    series.extraction,
    bands.synthetic,
    bands.dataset,
    bands.language,
    truths.emotion,
    labels.emotion as label,
    sum(confusions.n)::bigint as n,
    {{ as_of() }} as as_of
from confusions
inner join series
    on confusions.series_id = series.series_id
inner join runs
    on series.run_id = runs.run_id
inner join bands
    on confusions.band_id = bands.band_id
inner join classes as truths
    on confusions.truth_id = truths.class_id
left join classes as labels
    on confusions.label_id = labels.class_id
group by all
order by all
