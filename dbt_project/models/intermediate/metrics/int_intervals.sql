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
        voices.unit,
        sum(confusions.n)::bigint as n
    from confusions
    inner join voices
        on confusions.voice_id = voices.voice_id
    group by all
),

by_clip as (
    select
        series_id,
        band_id,
        truth_id,
        label_id,
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
        slices.slice_id,
        by_{{ unit }}.truth_id,
        by_{{ unit }}.label_id,
        by_{{ unit }}.unit,
        sum(by_{{ unit }}.n)::bigint as n
    from by_{{ unit }}
    inner join slices
        on by_{{ unit }}.band_id = slices.band_id
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
        list(truth_id) as truths,
        list(label_id) as labels,
        list(n) as ns,
        list(unit) as units,
        case
            when any_value(unit_name) = 'clip' then sum(n)::bigint
            else count(distinct unit) filter (where unit >= 0)
        end as n_units
    from cells
    group by all
),

offered_in_bands as (
    select distinct
        run_id,
        band_id,
        class_id
    from {{ ref('int_offered') }}
),

offered_in_slices as (
    select distinct
        offered_in_bands.run_id,
        slices.slice_id,
        offered_in_bands.class_id
    from offered_in_bands
    inner join slices
        on offered_in_bands.band_id = slices.band_id
),

offered as (
    select
        series.series_id,
        offered_in_slices.slice_id,
        list(offered_in_slices.class_id) as offered
    from offered_in_slices
    inner join series
        on offered_in_slices.run_id = series.run_id
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
        slice_names.slice,
        series.run_id,
        series.extraction,
        slice_names.synthetic,
        slice_names.dataset,
        slice_names.language,
        slice_names.gender,
        slice_names.age_band,
        resampled.n_units,
        resampled.found.metric,
        classes.emotion,
        resampled.found.se,
        resampled.found.low,
        resampled.found.high
    from resampled
    inner join series
        on resampled.series_id = series.series_id
    inner join slice_names
        on resampled.slice_id = slice_names.slice_id
    left join classes
        on resampled.found.emotion = classes.class_id
)

select * from int_intervals
