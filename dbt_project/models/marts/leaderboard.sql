-- Per run and extraction over all clips: CAMEO's Table 6. A board (one extraction, one kind of speech,
-- one condition) ranks the runs that were asked about every clip of today, by macro F1. A rank is
-- only as good as the differences behind it, so `rank_from` and `rank_to` say between which ranks
-- the run may be, counting only runs that really differ (comparisons on the same clips).
with

overall as (
    {{ metrics_by('all') }}
),

board as (
    select * from {{ ref('int_board') }}
),

intervals as (
    select
        run_id,
        extraction,
        synthetic,
        max(low) filter (where unit = 'clip') as macro_f1_low,
        max(high) filter (where unit = 'clip') as macro_f1_high,
        max(low) filter (where unit = 'speaker') as macro_f1_low_speakers,
        max(high) filter (where unit = 'speaker') as macro_f1_high_speakers
    from {{ ref('intervals') }}
    where
        slice = 'all'
        and metric = 'macro_f1'
    group by
        run_id,
        extraction,
        synthetic
),

differing as (
    select
        run_id,
        extraction,
        synthetic,
        count(*) filter (where differs and difference < 0) as n_better,
        count(*) filter (where differs and difference > 0) as n_worse
    from {{ ref('comparisons') }}
    where
        metric = 'macro_f1'
        and unit = 'clip'
    group by
        run_id,
        extraction,
        synthetic
),

ranked as (
    select
        overall.*,
        board.condition,
        board.coverage,
        case
            when board.coverage = 1
                then rank() over (
                    partition by overall.extraction, overall.synthetic, board.condition, board.coverage = 1
                    order by overall.macro_f1 desc
                )
        end as rank,
        -- Counted here, as runs on too few clips are ranked and not compared.
        count(*) over (
            partition by overall.extraction, overall.synthetic, board.condition, board.coverage = 1
        ) as n_ranked
    from overall
    inner join board
        on
            overall.run_id = board.run_id
            and overall.extraction = board.extraction
            and overall.synthetic = board.synthetic
)

select
    ranked.rank,
    case
        when ranked.rank is not null and not extractions.is_sweep
            then 1 + coalesce(differing.n_better, 0)
    end as rank_from,
    case
        when ranked.rank is not null and not extractions.is_sweep
            then ranked.n_ranked - coalesce(differing.n_worse, 0)
    end as rank_to,
    ranked.run_id,
    ranked.system,
    ranked.temperature,
    ranked.condition,
    ranked.extraction,
    ranked.synthetic,
    ranked.macro_f1,
    intervals.macro_f1_low,
    intervals.macro_f1_high,
    intervals.macro_f1_low_speakers,
    intervals.macro_f1_high_speakers,
    ranked.weighted_f1,
    ranked.accuracy,
    ranked.uar,
    ranked.answered_rate,
    ranked.n,
    ranked.coverage,
    ranked.as_of
from ranked
inner join {{ ref('extractions') }} as extractions
    on ranked.extraction = extractions.extraction
left join intervals
    on
        ranked.run_id = intervals.run_id
        and ranked.extraction = intervals.extraction
        and ranked.synthetic = intervals.synthetic
left join differing
    on
        ranked.run_id = differing.run_id
        and ranked.extraction = differing.extraction
        and ranked.synthetic = differing.synthetic
order by
    ranked.synthetic,
    ranked.extraction,
    ranked.condition,
    ranked.rank nulls last,
    ranked.run_id
