-- Per group of clips and class how often it was the truth, was hit, answered, predicted and on offer:
-- the slices are sums of these.
with

confusions as (
    select * from {{ ref('int_confusions') }}
),

offered as (
    select * from {{ ref('int_offered') }}
),

series as (
    select * from {{ ref('int_series') }}
),

-- What happened to each class: it was the truth, it was predicted, it was on offer.
events as (
    select
        series_id,
        voice_id,
        band_id,
        truth_id as class_id,
        sum(n) as support,
        coalesce(sum(n) filter (where label_id = truth_id), 0) as hits,
        coalesce(sum(n) filter (where label_id >= 0), 0) as answered,
        0 as predicted,
        false as offered
    from confusions
    group by all
    union all
    select
        series_id,
        voice_id,
        band_id,
        label_id as class_id,
        0 as support,
        0 as hits,
        0 as answered,
        sum(n) as predicted,
        false as offered
    from confusions
    where label_id >= 0
    group by all
    union all
    select distinct
        series.series_id,
        case when not series.is_sweep then offered.voice_id end as voice_id,
        offered.band_id,
        offered.class_id,
        0 as support,
        0 as hits,
        0 as answered,
        0 as predicted,
        true as offered
    from series
    inner join offered
        on series.run_id = offered.run_id
),

int_group_class_counts as (
    select
        series_id,
        voice_id,
        band_id,
        class_id,
        sum(support)::bigint as support,
        sum(hits)::bigint as hits,
        sum(answered)::bigint as answered,
        sum(predicted)::bigint as predicted,
        bool_or(offered) as offered
    from events
    group by all
)

select * from int_group_class_counts
