-- Per slice and class what every metric is made of. The classes of a slice are those of its truth,
-- those that were predicted and those that were on offer; the metrics say which they run over.
-- A prediction of a class that is not the truth, or none at all, is a miss of the true class.
{%- set keys = ['run_id', 'extraction', 'synthetic', 'emotion'] %}
{%- set slices_of_bands = metric_slices().keys() | reject('eq', 'speaker') | list %}
with

by_speaker as (
    select * from {{ ref('int_group_class_counts') }}
),

-- Most slices know no speakers: add these up once.
by_band as (
    select
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        emotion,
        sum(support) as support,
        sum(hits) as hits,
        sum(answered) as answered,
        sum(predicted) as predicted,
        bool_or(offered) as offered
    from by_speaker
    group by all
),

sliced as (
    select
        {{ slice_name(slices_of_bands) }} as slice,
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        gender,
        age_band,
        null::varchar as speaker_id,
        emotion,
        sum(support)::bigint as support,
        sum(hits)::bigint as hits,
        sum(answered)::bigint as answered,
        sum(predicted)::bigint as predicted,
        bool_or(offered) as offered
    from by_band
    group by {{ slice_grouping_sets(keys, slices_of_bands) }}
),

counts as (
    select * from sliced
    where
        (gender is not null or slice not like '%gender')
        and (age_band is not null or slice not like '%age_band')
    union all
    select
        'speaker' as slice,
        *
    from by_speaker
    where speaker_id is not null
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
)

select * from int_class_counts
