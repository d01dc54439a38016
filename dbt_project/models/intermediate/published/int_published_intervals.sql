-- The intervals of our metrics that published numbers are compared with: of each run and slice the
-- one that resamples speakers, where there is one, as clips of one speaker are no independent ones.
with

intervals as (
    select * from {{ ref('intervals') }}
    where
        gender is null
        and age_band is null
),

int_published_intervals as (
    select
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        emotion,
        metric,
        unit,
        low,
        high
    from intervals
    qualify row_number() over (
        partition by run_id, extraction, synthetic, dataset, language, emotion, metric
        order by (unit = 'speaker') desc, unit
    ) = 1
)

select * from int_published_intervals
