-- Every two runs of a board compared on the same clips, corrected for the number of comparisons.
-- Each pair is here twice, once from either side.
with

pairs as (
    select * from {{ ref('int_comparisons') }}
),

both_ways as (
    select
        run_id,
        other_run_id,
        extraction,
        synthetic,
        condition,
        metric,
        unit,
        difference,
        se,
        low,
        high,
        p_value,
        p_adjusted,
        n_units
    from pairs
    union all
    select
        other_run_id as run_id,
        run_id as other_run_id,
        extraction,
        synthetic,
        condition,
        metric,
        unit,
        -difference as difference,
        se,
        -high as low,
        -low as high,
        p_value,
        p_adjusted,
        n_units
    from pairs
)

select
    run_id,
    other_run_id,
    extraction,
    synthetic,
    condition,
    metric,
    unit,
    difference,
    se,
    low,
    high,
    p_value,
    p_adjusted,
    p_adjusted < 0.05 as differs,
    n_units,
    {{ as_of() }} as as_of
from both_ways
order by
    synthetic,
    extraction,
    condition,
    metric,
    unit,
    run_id,
    other_run_id
