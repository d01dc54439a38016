-- Why: a join that multiplies or drops rows moves every metric without breaking one.
-- The clips of a slice, added up over its rows, are the clips of the run, for every slice.
-- A row is a run, extraction, kind of speech and slice where they are not, or that has no metrics.
with

clips as (
    select
        run_id,
        extraction,
        synthetic,
        count(*) as n
    from {{ ref('predictions') }}
    group by
        run_id,
        extraction,
        synthetic
),

slice_names as (
    select unnest({{ metric_slices().keys() | list }}) as slice
),

slices as (
    select
        run_id,
        extraction,
        synthetic,
        slice,
        sum(n) as n
    from {{ ref('int_metrics') }}
    group by
        run_id,
        extraction,
        synthetic,
        slice
)

select
    clips.run_id,
    clips.extraction,
    clips.synthetic,
    slice_names.slice,
    clips.n as n_clips,
    slices.n as n_in_slice
from clips
cross join slice_names
left join slices
    on
        clips.run_id = slices.run_id
        and clips.extraction = slices.extraction
        and clips.synthetic = slices.synthetic
        and slice_names.slice = slices.slice
where clips.n is distinct from slices.n
