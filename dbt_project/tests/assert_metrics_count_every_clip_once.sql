-- Why: a join that multiplies or drops rows moves every metric without breaking one.
-- The clips of a slice, added up over its rows, are the clips of the run, for every slice.
-- A row is a run, extraction and slice where they are not.
with

clips as (
    select
        run_id,
        extraction,
        count(*) as n
    from {{ ref('predictions') }}
    group by
        run_id,
        extraction
),

slices as (
    select
        run_id,
        extraction,
        slice,
        sum(n) as n
    from {{ ref('int_metrics') }}
    group by
        run_id,
        extraction,
        slice
)

select
    slices.*,
    clips.n as n_clips
from slices
inner join clips
    on
        slices.run_id = clips.run_id
        and slices.extraction = clips.extraction
where slices.n != clips.n
