-- Per slice and class what every metric is made of. The classes of a slice are those present in
-- its truth. A prediction of another class, or none at all, is a miss of the true class; it makes
-- no class of its own.
with

confusion as (
    select * from {{ ref('confusion') }}
),

truth as (
    select
        {{ slice_name() }} as slice,
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        dataset,
        language,
        emotion,
        sum(n) as support,
        coalesce(sum(n) filter (where label = emotion), 0) as hits,
        coalesce(sum(n) filter (where label is not null), 0) as answered
    from confusion
    group by {{ slice_grouping_sets('emotion') }}
),

predicted as (
    select
        {{ slice_name() }} as slice,
        run_id,
        extraction,
        synthetic,
        dataset,
        language,
        label,
        sum(n) as predicted
    from confusion
    where label is not null
    group by {{ slice_grouping_sets('label') }}
),

counts as (
    select
        truth.slice,
        truth.run_id,
        truth.system,
        truth.temperature,
        truth.extraction,
        truth.synthetic,
        truth.dataset,
        truth.language,
        truth.emotion,
        truth.support::bigint as support,
        truth.hits::bigint as hits,
        truth.answered::bigint as answered,
        coalesce(predicted.predicted, 0)::bigint as predicted
    from truth
    left join predicted
        on
            truth.slice = predicted.slice
            and truth.run_id = predicted.run_id
            and truth.extraction = predicted.extraction
            and truth.synthetic = predicted.synthetic
            and truth.dataset is not distinct from predicted.dataset
            and truth.language is not distinct from predicted.language
            and truth.emotion = predicted.label
),

int_class_counts as (
    select
        *,
        -- A class that is never predicted has precision 0 by convention (sklearn: zero_division=0).
        case when predicted = 0 then 0.0::double else hits / predicted end as precision,
        hits / support as recall,
        2.0 * hits / (support + predicted) as f1
    from counts
)

select * from int_class_counts
