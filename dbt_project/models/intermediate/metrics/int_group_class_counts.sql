-- Per group of clips and class how often it was the truth, was hit, answered, predicted and on offer:
-- the slices are sums of these.
with

confusions as (
    select * from {{ ref('int_confusions') }}
),

offered as (
    select * from {{ ref('int_offered') }}
),

extractions as (
    select distinct
        run_id,
        extraction,
        is_sweep
    from confusions
),

-- What happened to each class, in single rows: it was the truth, it was predicted, it was on offer.
events as (
    select
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        speaker_id,
        emotion,
        n as support,
        case when label = emotion then n else 0 end as hits,
        case when label is not null then n else 0 end as answered,
        0 as predicted,
        false as offered
    from confusions
    union all
    select
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        speaker_id,
        label as emotion,
        0 as support,
        0 as hits,
        0 as answered,
        n as predicted,
        false as offered
    from confusions
    where label is not null
    union all
    select
        extractions.run_id,
        extractions.extraction,
        offered.synthetic,
        offered.dataset,
        offered.language,
        offered.gender,
        offered.age_band,
        case when not extractions.is_sweep then offered.speaker_id end as speaker_id,
        offered.label as emotion,
        0 as support,
        0 as hits,
        0 as answered,
        0 as predicted,
        true as offered
    from extractions
    inner join offered
        on extractions.run_id = offered.run_id
),

int_group_class_counts as (
    select
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        speaker_id,
        emotion,
        sum(support)::bigint as support,
        sum(hits)::bigint as hits,
        sum(answered)::bigint as answered,
        sum(predicted)::bigint as predicted,
        bool_or(offered) as offered
    from events
    group by all
)

select * from int_group_class_counts
