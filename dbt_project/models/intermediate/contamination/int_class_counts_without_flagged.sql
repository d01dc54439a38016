-- Per run, extraction, kind of speech and class what metrics are made of, over all clips and
-- without the clips of pairs that are flagged; overall (language NULL) and per language. The
-- classes are those present in the truth of what is counted, as in int_class_counts.
with

extractions as (
    {{ judged_extractions() }}
),

-- Likely or declared by what this warehouse has measured; what is possible stays.
flagged as (
    select
        system,
        dataset,
        extraction
    from {{ ref('contamination') }}
    where
        source = 'warehouse'
        and verdict in ('likely', 'declared')
),

confusion as (
    select
        confusion.*,
        flagged.dataset is not null as is_flagged
    from {{ ref('confusion') }} as confusion
    inner join extractions
        on confusion.extraction = extractions.extraction
    left join flagged
        on
            confusion.system = flagged.system
            and confusion.dataset = flagged.dataset
            and confusion.extraction = flagged.extraction
            and not confusion.synthetic
),

counted as (
    select
        *,
        'all' as clips
    from confusion
    union all
    select
        *,
        'without_flagged' as clips
    from confusion
    where not is_flagged
),

truth as (
    select
        clips,
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        language,
        emotion,
        sum(n)::bigint as support,
        coalesce(sum(n) filter (where label = emotion), 0)::bigint as hits,
        coalesce(sum(n) filter (where label is not null), 0)::bigint as answered
    from counted
    group by grouping sets (
        (clips, run_id, system, temperature, extraction, synthetic, emotion),
        (clips, run_id, system, temperature, extraction, synthetic, language, emotion)
    )
),

predicted as (
    select
        clips,
        run_id,
        extraction,
        synthetic,
        language,
        label,
        sum(n)::bigint as predicted
    from counted
    where label is not null
    group by grouping sets (
        (clips, run_id, extraction, synthetic, label),
        (clips, run_id, extraction, synthetic, language, label)
    )
),

int_class_counts_without_flagged as (
    select
        truth.*,
        coalesce(predicted.predicted, 0) as predicted
    from truth
    left join predicted
        on
            truth.clips = predicted.clips
            and truth.run_id = predicted.run_id
            and truth.extraction = predicted.extraction
            and truth.synthetic = predicted.synthetic
            and truth.language is not distinct from predicted.language
            and truth.emotion = predicted.label
)

select
    *,
    hits / support as recall,
    2.0 * hits / (support + predicted) as f1
from int_class_counts_without_flagged
