-- Per system, corpus, extraction and condition what is scored if not the clip is heard; a row
-- without a score says why there is none.
with

pairs as (
    select
        system,
        dataset,
        language,
        extraction,
        macro_f1
    from {{ ref('contamination') }}
    where source = 'warehouse'
),

conditions as (
    select unnest({{ voiceless_conditions() + perturbing_conditions() + ['perturbed'] }}) as condition
),

runs as (
    select
        system,
        condition
    from {{ ref('int_contamination_runs') }}
    union
    select
        system,
        'perturbed' as condition
    from {{ ref('int_contamination_runs') }}
    where condition in {{ sql_list(perturbing_conditions()) }}
),

drops as (
    select * from {{ ref('int_contamination_conditions') }}
)

select
    pairs.system,
    pairs.dataset,
    pairs.language,
    pairs.extraction,
    conditions.condition,
    pairs.macro_f1 as clip_macro_f1,
    drops.macro_f1,
    drops.drop,
    drops.drop - 1.959964 * drops.drop_se as drop_low,
    drops.drop + 1.959964 * drops.drop_se as drop_high,
    coalesce(drops.n_elsewhere, 0) as n_elsewhere,
    drops.drop_elsewhere,
    drops.extra_drop,
    drops.extra_drop_low,
    drops.extra_drop_high,
    case
        when drops.macro_f1 is not null then null
        when runs.system is null then 'the system has no such run beside its base run'
        when conditions.condition = 'perturbed'
            then 'not every kind of disturbed voice that the system was run on covers this corpus'
        else 'the run, or the base run, was not asked about every clip of this corpus'
    end as reason,
    {{ as_of() }} as as_of
from pairs
cross join conditions
left join runs
    on
        pairs.system = runs.system
        and conditions.condition = runs.condition
left join drops
    on
        pairs.system = drops.system
        and pairs.dataset = drops.dataset
        and pairs.extraction = drops.extraction
        and conditions.condition = drops.condition
order by
    pairs.extraction,
    pairs.system,
    pairs.dataset,
    conditions.condition
