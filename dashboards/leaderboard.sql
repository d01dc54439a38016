-- The leaderboard as the terminal shows it: the default extraction, systems that heard the clip,
-- CAMEO's metrics. A rank of 1–3 means that the run may be first to third, as far as runs really
-- differ; the 95 % interval is that of macro F1 over clips. Only what tells runs apart is shown: the
-- version where a system has several, the end of the run's id where system, version and temperature
-- are the same, and the share of the clips where it is not all of them.
select
    case when synthetic then 'synthetic' else 'real' end as speech,
    case
        when rank not between rank_from and rank_to or rank_from = rank_to then rank::varchar
        else coalesce(rank_from || '–' || rank_to, rank::varchar)
    end as rank,
    concat_ws(
        ' ',
        system,
        case when min(system_version) over same < max(system_version) over same
            then 'v' || system_version end,
        case when count(*) over same_settings > 1
            then right(run_id, 10) end
    ) as system,
    temperature as "T",
    round(macro_f1, 3) as macro_f1,
    format('{:.2f}–{:.2f}', macro_f1_low, macro_f1_high) as "95 %",
    round(weighted_f1, 3) as weighted_f1,
    round(accuracy, 3) as accuracy,
    round(uar, 3) as uar,
    round(answered_rate, 3) as answered,
    n || case when coverage < 1 then ' (' || floor(1000 * coverage) / 10 || ' %)' else '' end as clips
from leaderboard
inner join (select run_id, system_version from runs) using (run_id)
where
    extraction in (select extraction from extractions where is_default)
    and condition = 'clip'
window
    same as (partition by system),
    same_settings as (partition by synthetic, system, system_version, temperature)
order by
    synthetic,
    leaderboard.rank nulls last,
    leaderboard.macro_f1 desc,
    run_id;
