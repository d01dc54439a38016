-- Every figure of the slices that people read, with its 95 % interval by bootstrap over clips and,
-- where there are speakers, over speakers.
with

overall as (
    select
        run_id,
        extraction,
        slice,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        null as emotion,
        metric,
        value,
        n
    from {{ ref('metrics') }}
    where slice in {{ sql_list(interval_slices()) }}
),

class_counts as (
    select
        run_id,
        extraction,
        slice,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        emotion,
        precision,
        recall,
        f1,
        support as n
    from {{ ref('int_class_counts') }}
    where
        slice in {{ sql_list(interval_slices()) }}
        and support > 0
),

by_class as (
    select * from class_counts
    unpivot include nulls (
        value for metric in (precision, recall, f1)
    )
),

figures as (
    select * from overall
    union all by name
    select * from by_class
),

resampled as (
    select * from {{ ref('int_intervals') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
)

select
    figures.run_id,
    runs.system,
    runs.temperature,
    figures.extraction,
    figures.synthetic,
    figures.slice,
    figures.dataset,
    figures.language,
    figures.gender,
    figures.age_band,
    figures.emotion,
    figures.metric,
    resampled.unit,
    figures.value,
    resampled.se,
    resampled.low,
    resampled.high,
    figures.n,
    resampled.n_units,
    {{ as_of() }} as as_of
from figures
inner join resampled
    on
        figures.run_id = resampled.run_id
        and figures.extraction = resampled.extraction
        and figures.slice = resampled.slice
        and figures.synthetic = resampled.synthetic
        and figures.metric = resampled.metric
        and figures.dataset is not distinct from resampled.dataset
        and figures.language is not distinct from resampled.language
        and figures.gender is not distinct from resampled.gender
        and figures.age_band is not distinct from resampled.age_band
        and figures.emotion is not distinct from resampled.emotion
inner join runs
    on figures.run_id = runs.run_id
order by
    figures.slice,
    figures.run_id,
    figures.extraction
