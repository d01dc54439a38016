-- 95 % intervals of every metric of the slices that people read, by bootstrap: over clips, and over
-- speakers where there are at least two. Where there are more than 200 speakers they are drawn in 200
-- groups: speakers are numbered by name, so those of a corpus are apart as long as they can be.
{%- set most_units = 200 %}
with

series as (
    select * from {{ ref('int_series') }}
    where not is_sweep
),

classes as (
    select * from {{ ref('int_classes') }}
),

slices as (
    select * from {{ ref('int_slices') }}
    where slice in {{ sql_list(interval_slices()) }}
),

slice_names as (
    select distinct * exclude (band_id)
    from slices
),

confusions as (
    select confusions.*
    from {{ ref('int_confusions') }} as confusions
    inner join series
        on confusions.series_id = series.series_id
),

voices_heard as (
    select distinct
        voice_id,
        speaker_id
    from {{ ref('int_groups') }}
    where voice_id in (select confusions.voice_id from confusions)
),

speakers as (
    select
        speaker_id,
        (row_number() over (order by speaker_id) % {{ most_units }})::integer as unit
    from voices_heard
    where speaker_id is not null
    group by speaker_id
),

voices as (
    select
        voices_heard.voice_id,
        coalesce(speakers.unit, -1) as unit
    from voices_heard
    left join speakers
        on voices_heard.speaker_id = speakers.speaker_id
),

by_speaker as (
    select
        confusions.series_id,
        confusions.band_id,
        confusions.truth_id,
        confusions.label_id,
        confusions.n::integer as n,
        voices.unit
    from confusions
    inner join voices
        on confusions.voice_id = voices.voice_id
),

by_clip as (
    select
        series_id,
        band_id,
        truth_id,
        label_id,
        sum(n)::integer as n,
        -1 as unit
    from confusions
    group by all
),

-- One row per series, with its cells in lists: the function puts the bands of a slice together. As rows,
-- the cells of all slices would be several times as many.
counted as (
    {%- for unit in ('clip', 'speaker') %}
    select
        '{{ unit }}' as unit_name,
        series_id,
        list(band_id) as bands,
        list(truth_id) as truths,
        list(label_id) as labels,
        list(n) as ns,
        list(unit) as units
    from by_{{ unit }}
    group by series_id
    {%- if unit == 'speaker' %}
    having max(unit) >= 0
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

slice_bands as (
    select
        list(slice_id) as slice_ids,
        list(band_id) as bands
    from slices
),

offered_in_bands as (
    select distinct
        run_id,
        band_id,
        class_id
    from {{ ref('int_offered') }}
),

offered as (
    select
        series.series_id,
        list(offered_in_bands.band_id) as bands,
        list(offered_in_bands.class_id) as classes
    from offered_in_bands
    inner join series
        on offered_in_bands.run_id = series.run_id
    group by all
),

resampled as (
    select
        counted.unit_name,
        counted.series_id,
        unnest(bootstrap_intervals(
            counted.bands,
            counted.truths,
            counted.labels,
            counted.ns,
            counted.units,
            slice_bands.slice_ids,
            slice_bands.bands,
            offered.bands,
            offered.classes
        )) as found
    from counted
    inner join offered
        on counted.series_id = offered.series_id
    cross join slice_bands
),

int_intervals as (
    select
        resampled.unit_name as unit,
        slice_names.slice,
        series.run_id,
        series.extraction,
        slice_names.synthetic,
        slice_names.dataset,
        slice_names.language,
        slice_names.gender,
        slice_names.age_band,
        resampled.found.n_units,
        resampled.found.metric,
        classes.emotion,
        resampled.found.se,
        resampled.found.low,
        resampled.found.high
    from resampled
    inner join series
        on resampled.series_id = series.series_id
    inner join slice_names
        on resampled.found.slice_id = slice_names.slice_id
    left join classes
        on resampled.found.emotion = classes.class_id
)

select * from int_intervals
