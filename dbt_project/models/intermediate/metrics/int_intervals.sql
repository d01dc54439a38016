-- 95 % intervals of every metric of the slices that people read, by bootstrap: over clips, and over
-- speakers where there are at least two. Where there are more than 200 speakers they are drawn in 200
-- groups: speakers are numbered by name, so those of a corpus are apart as long as they can be.
-- Everything that cells are grouped by is a number here: by names it takes five times as long.
{%- set dimensions = ['dataset', 'language', 'gender', 'age_band'] %}
{%- set most_units = 200 %}
with

confusions as (
    select *
    from {{ ref('int_confusions') }}
    where not is_sweep
),

classes as (
    select * from {{ ref('int_classes') }}
),

speakers as (
    select
        speaker_id,
        (row_number() over (order by speaker_id) % {{ most_units }})::integer as unit
    from confusions
    where speaker_id is not null
    group by speaker_id
),

series as (
    select
        run_id,
        extraction,
        row_number() over (order by run_id, extraction)::integer as series_id
    from confusions
    group by
        run_id,
        extraction
),

bands as (
    select
        synthetic,
        {{ dimensions | join(', ') }},
        row_number() over (order by synthetic, {{ dimensions | join(', ') }})::integer as band_id
    from confusions
    group by
        synthetic,
        {{ dimensions | join(', ') }}
),

-- Which slices the clips of a band count in.
slices_of_bands as (
    {%- for slice in interval_slices() %}
    {%- set property = slice | replace('dataset_', '') %}
    select
        band_id,
        {%- for dimension in dimensions %}
        {{ dimension if dimension in metric_slices()[slice] else 'null' }} as {{ dimension }},
        {%- endfor %}
        '{{ slice }}' as slice,
        synthetic
    from bands
    where {{ property ~ ' is not null' if property in ('gender', 'age_band') else 'true' }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

numbered as (
    select
        *,
        dense_rank() over (order by slice, synthetic, {{ dimensions | join(', ') }})::integer as slice_id
    from slices_of_bands
),

slices as (
    select distinct
        slice_id,
        slice,
        synthetic,
        {{ dimensions | join(', ') }}
    from numbered
),

by_speaker as (
    select
        series.series_id,
        bands.band_id,
        truths.class_id as truth,
        coalesce(labels.class_id, -1) as label,
        coalesce(speakers.unit, -1) as unit,
        sum(confusions.n)::bigint as n
    from confusions
    inner join series
        on
            confusions.run_id = series.run_id
            and confusions.extraction = series.extraction
    inner join bands
        on
            confusions.synthetic = bands.synthetic
            and confusions.dataset is not distinct from bands.dataset
            and confusions.language is not distinct from bands.language
            and confusions.gender is not distinct from bands.gender
            and confusions.age_band is not distinct from bands.age_band
    inner join classes as truths
        on confusions.emotion = truths.emotion
    left join classes as labels
        on confusions.label = labels.emotion
    left join speakers
        on confusions.speaker_id = speakers.speaker_id
    group by all
),

by_clip as (
    select
        series_id,
        band_id,
        truth,
        label,
        -1 as unit,
        sum(n)::bigint as n
    from by_speaker
    group by all
),

cells as (
    {%- for unit in ('clip', 'speaker') %}
    select
        '{{ unit }}' as unit_name,
        by_{{ unit }}.series_id,
        numbered.slice_id,
        by_{{ unit }}.truth,
        by_{{ unit }}.label,
        by_{{ unit }}.unit,
        sum(by_{{ unit }}.n)::bigint as n
    from by_{{ unit }}
    inner join numbered
        on by_{{ unit }}.band_id = numbered.band_id
    group by all
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

counted as (
    select
        unit_name,
        series_id,
        slice_id,
        list(truth) as truths,
        list(label) as labels,
        list(n) as ns,
        list(unit) as units,
        case
            when any_value(unit_name) = 'clip' then sum(n)::bigint
            else count(distinct unit) filter (where unit >= 0)
        end as n_units
    from cells
    group by all
),

offered as (
    select
        series.series_id,
        slices.slice_id,
        list(classes.class_id) as offered
    from {{ ref('int_class_counts') }} as counts
    inner join classes
        on counts.emotion = classes.emotion
    inner join series
        on
            counts.run_id = series.run_id
            and counts.extraction = series.extraction
    inner join slices
        on
            counts.slice = slices.slice
            and counts.synthetic = slices.synthetic
            and counts.dataset is not distinct from slices.dataset
            and counts.language is not distinct from slices.language
            and counts.gender is not distinct from slices.gender
            and counts.age_band is not distinct from slices.age_band
    where counts.offered
    group by all
),

resampled as (
    select
        counted.unit_name,
        counted.series_id,
        counted.slice_id,
        counted.n_units,
        unnest(bootstrap_intervals(
            counted.truths, counted.labels, counted.ns, counted.units, offered.offered
        )) as found
    from counted
    inner join offered
        on
            counted.series_id = offered.series_id
            and counted.slice_id = offered.slice_id
    where counted.n_units >= 2
),

int_intervals as (
    select
        resampled.unit_name as unit,
        slices.slice,
        series.run_id,
        series.extraction,
        slices.synthetic,
        slices.dataset,
        slices.language,
        slices.gender,
        slices.age_band,
        resampled.n_units,
        resampled.found.metric,
        classes.emotion,
        resampled.found.se,
        resampled.found.low,
        resampled.found.high
    from resampled
    inner join series
        on resampled.series_id = series.series_id
    inner join slices
        on resampled.slice_id = slices.slice_id
    left join classes
        on resampled.found.emotion = classes.class_id
)

select * from int_intervals
