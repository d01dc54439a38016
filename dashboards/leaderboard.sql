-- The leaderboard as the terminal shows it: the default extraction, CAMEO's metrics.
select
    case when synthetic then 'synthetic' else 'real' end as speech,
    rank,
    system,
    temperature,
    round(macro_f1, 4) as macro_f1,
    round(weighted_f1, 4) as weighted_f1,
    round(accuracy, 4) as accuracy,
    round(uar, 4) as uar,
    round(answered_rate, 4) as answered_rate,
    n as clips
from leaderboard
where extraction in (select extraction from extractions where is_default)
order by
    synthetic,
    rank,
    run_id;
