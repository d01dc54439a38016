-- What every base run scores on a corpus if it hears something else than the clip, beside what it
-- scores on the clip, and whether it loses more by that than on other corpora. The condition
-- `perturbed` is the mean over those that disturb the voice.
with

scores as (
    select * from {{ ref('int_contamination_scores') }}
    where
        n = clips
        and score is not null
),

drops as (
    select
        clip.system,
        clip.extraction,
        clip.dataset,
        heard.condition,
        clip.macro_f1 as clip_macro_f1,
        heard.macro_f1,
        clip.macro_f1 - heard.macro_f1 as drop,
        -- The same clips twice: what both scores have in common would make this smaller, never larger.
        sqrt(clip.macro_f1_se * clip.macro_f1_se + heard.macro_f1_se * heard.macro_f1_se) as drop_se,
        clip.score - heard.score as score_drop,
        sqrt(clip.score_se * clip.score_se + heard.score_se * heard.score_se) as score_drop_se
    from scores as clip
    inner join scores as heard
        on
            clip.system = heard.system
            and clip.extraction = heard.extraction
            and clip.dataset = heard.dataset
            and clip.role = 'base'
            and heard.role = 'condition'
),

perturbations as (
    select
        *,
        count(*) over (partition by system, extraction, dataset) as n_conditions
    from drops
    where condition in {{ sql_list(perturbing_conditions()) }}
),

-- Only over the same conditions do means compare between the corpora of a system.
complete as (
    select * from perturbations
    qualify n_conditions = max(n_conditions) over (partition by system, extraction)
),

perturbed as (
    select
        system,
        extraction,
        dataset,
        'perturbed' as condition,
        any_value(clip_macro_f1) as clip_macro_f1,
        avg(macro_f1) as macro_f1,
        avg(drop) as drop,
        -- The drops share the score of the clip; the mean of their errors is the most theirs can be.
        avg(drop_se) as drop_se,
        avg(score_drop) as score_drop,
        avg(score_drop_se) as score_drop_se
    from complete
    group by
        system,
        extraction,
        dataset
),

all_drops as (
    select * from drops
    union all
    select * from perturbed
),

elsewhere as (
    select
        here.system,
        here.extraction,
        here.dataset,
        here.condition,
        count(*) as n_elsewhere,
        avg(others.drop) as drop_elsewhere,
        avg(others.score_drop) as score_drop_elsewhere,
        stddev_samp(others.score_drop) as score_drop_spread
    from all_drops as here
    inner join all_drops as others
        on
            here.system = others.system
            and here.extraction = others.extraction
            and here.condition = others.condition
            and here.dataset != others.dataset
    group by
        here.system,
        here.extraction,
        here.dataset,
        here.condition
),

int_contamination_conditions as (
    select
        all_drops.*,
        coalesce(elsewhere.n_elsewhere, 0) as n_elsewhere,
        elsewhere.drop_elsewhere,
        all_drops.score_drop - elsewhere.score_drop_elsewhere as extra_drop,
        case
            when elsewhere.n_elsewhere >= {{ contamination_thresholds().fewest_elsewhere }}
                then
                    sqrt(
                        elsewhere.score_drop_spread * elsewhere.score_drop_spread
                        * (1 + 1 / elsewhere.n_elsewhere)
                        + all_drops.score_drop_se * all_drops.score_drop_se
                    )
                    * {{ t_quantile('(elsewhere.n_elsewhere - 1)') }}
        end as extra_drop_half_width
    from all_drops
    left join elsewhere
        on
            all_drops.system = elsewhere.system
            and all_drops.extraction = elsewhere.extraction
            and all_drops.dataset = elsewhere.dataset
            and all_drops.condition = elsewhere.condition
)

select
    * exclude (extra_drop_half_width),
    extra_drop - extra_drop_half_width as extra_drop_low,
    extra_drop + extra_drop_half_width as extra_drop_high
from int_contamination_conditions
