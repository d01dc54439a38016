-- Per run and extraction over all clips: CAMEO's Table 6. Synthetic speech is ranked apart from
-- real speech and never pooled with it.
with

overall as (
    {{ metrics_by('all') }}
)

select
    rank() over (partition by extraction, synthetic order by macro_f1 desc) as rank,
    *
from overall
order by
    synthetic,
    extraction,
    rank,
    run_id
