-- Per slice and class what every metric is made of. The classes of a slice are those of its truth,
-- those that were predicted and those that were on offer; the metrics say which they run over.
-- A prediction of a class that is not the truth, or none at all, is a miss of the true class.
with

groups as (
    select * from {{ ref('int_groups') }}
),

series as (
    select * from {{ ref('int_series') }}
),

classes as (
    select * from {{ ref('int_classes') }}
),

slices as (
    select * from {{ ref('int_slices') }}
),

slice_names as (
    select distinct * exclude (band_id)
    from slices
),

voices as (
    select distinct
        voice_id,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        speaker_id
    from groups
    where speaker_id is not null
),

by_voice as (
    select * from {{ ref('int_group_class_counts') }}
),

-- Most slices know no speakers: add these up once.
by_band as (
    select
        series_id,
        band_id,
        class_id,
        sum(support) as support,
        sum(hits) as hits,
        sum(answered) as answered,
        sum(predicted) as predicted,
        bool_or(offered) as offered
    from by_voice
    group by all
),

by_slice as (
    select
        by_band.series_id,
        slices.slice_id,
        by_band.class_id,
        sum(by_band.support)::bigint as support,
        sum(by_band.hits)::bigint as hits,
        sum(by_band.answered)::bigint as answered,
        sum(by_band.predicted)::bigint as predicted,
        bool_or(by_band.offered) as offered
    from by_band
    inner join slices
        on by_band.band_id = slices.band_id
    group by all
),

named as (
    select
        by_slice.series_id,
        by_slice.class_id,
        slice_names.slice,
        slice_names.synthetic,
        slice_names.dataset,
        slice_names.language,
        slice_names.gender,
        slice_names.age_band,
        null::varchar as speaker_id,
        by_slice.support,
        by_slice.hits,
        by_slice.answered,
        by_slice.predicted,
        by_slice.offered
    from by_slice
    inner join slice_names
        on by_slice.slice_id = slice_names.slice_id
    union all
    select
        by_voice.series_id,
        by_voice.class_id,
        'speaker' as slice,
        voices.synthetic,
        voices.dataset,
        voices.language,
        voices.gender,
        voices.age_band,
        voices.speaker_id,
        by_voice.support,
        by_voice.hits,
        by_voice.answered,
        by_voice.predicted,
        by_voice.offered
    from by_voice
    inner join voices
        on by_voice.voice_id = voices.voice_id
),

int_class_counts as (
    select
        named.slice,
        series.run_id,
        series.extraction,
        named.synthetic,
        named.dataset,
        named.language,
        named.gender,
        named.age_band,
        named.speaker_id,
        classes.emotion,
        named.support,
        named.hits,
        named.answered,
        named.predicted,
        named.offered,
        -- A class that is never predicted has precision 0 by convention (sklearn: zero_division=0).
        case when named.predicted = 0 then 0.0::double else named.hits / named.predicted end as precision,
        -- One that is not in the truth has no recall, and F1 0 by the same convention.
        case when named.support > 0 then named.hits / named.support end as recall,
        case
            when named.support + named.predicted = 0 then 0.0::double
            else 2.0 * named.hits / (named.support + named.predicted)
        end as f1
    from named
    inner join series
        on named.series_id = series.series_id
    inner join classes
        on named.class_id = classes.class_id
)

select * from int_class_counts
