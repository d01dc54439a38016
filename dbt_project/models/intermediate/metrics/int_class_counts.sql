-- Per slice and class what every metric is made of. The classes of a slice are those of its truth,
-- those that were predicted and those that were on offer; the metrics say which they run over.
-- A prediction of a class that is not the truth, or none at all, is a miss of the true class.
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

counts as (
    select
        {{ slice_name() }} as slice,
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
    group by {{ slice_grouping_sets(['run_id', 'extraction', 'synthetic', 'emotion']) }}
),

int_class_counts as (
    select
        *,
        -- A class that is never predicted has precision 0 by convention (sklearn: zero_division=0).
        case when predicted = 0 then 0.0::double else hits / predicted end as precision,
        -- One that is not in the truth has no recall, and F1 0 by the same convention.
        case when support > 0 then hits / support end as recall,
        case when support + predicted = 0 then 0.0::double else 2.0 * hits / (support + predicted) end as f1
    from counts
    where
        (gender is not null or slice not like '%gender')
        and (age_band is not null or slice not like '%age_band')
        and (speaker_id is not null or slice != 'speaker')
)

select * from int_class_counts
