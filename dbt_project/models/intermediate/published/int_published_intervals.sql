-- The intervals of our metrics that published numbers are compared with: of each run and slice the
-- one that resamples speakers, where there is one, as clips of one speaker are no independent ones.
--
-- There is no mart of intervals yet, so this has no rows. When there is, `intervals` reads it:
--     select * from {{ '{{' }} ref('intervals') {{ '}}' }}
--     where gender is null and age_band is null
with

intervals as (
    select
        null::varchar as run_id,
        null::varchar as extraction,
        null::boolean as synthetic,
        null::varchar as dataset,
        null::varchar as language,
        null::varchar as emotion,
        null::varchar as metric,
        null::varchar as unit,
        null::double as low,
        null::double as high
    where false
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
