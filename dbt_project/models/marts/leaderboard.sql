-- Per run and extraction over all clips: CAMEO's Table 6. Synthetic speech is ranked apart from
-- real speech and never pooled with it. Scores over different clips do not compare, so only runs
-- that were asked about every clip of today have a rank.
with

overall as (
    {{ metrics_by('all') }}
),

clips as (
    select
        synthetic,
        count(*) as clips
    from {{ ref('utterances') }}
    group by synthetic
),

covered as (
    select
        overall.*,
        overall.n / clips.clips as coverage
    from overall
    inner join clips
        on overall.synthetic = clips.synthetic
)

select
    case
        when coverage = 1
            then rank() over (partition by extraction, synthetic, coverage = 1 order by macro_f1 desc)
    end as rank,
    *
from covered
order by
    synthetic,
    extraction,
    rank nulls last,
    run_id
