-- Why: a join that multiplies or drops rows moves every metric without breaking one. The clips of a
-- slice, added up over its rows, are the clips of the run for which its properties are known.
-- A row is a run, extraction, kind of speech and slice where they are not.
with

predictions as (
    select
        predictions.run_id,
        groups.synthetic,
        groups.dataset,
        groups.language,
        groups.gender,
        groups.age_band,
        groups.speaker_id
    from {{ ref('int_predictions') }} as predictions
    inner join {{ ref('int_groups') }} as groups
        on predictions.group_id = groups.group_id
),

clips as (
    select
        run_id,
        synthetic,
        count(*) as n_all,
        count(gender) as n_gender,
        count(age_band) as n_age_band,
        count(speaker_id) as n_speaker
    from predictions
    group by
        run_id,
        synthetic
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
),

expected as (
    select
        slices.*,
        case
            when slices.slice like '%gender' then clips.n_gender
            when slices.slice like '%age_band' then clips.n_age_band
            when slices.slice = 'speaker' then clips.n_speaker
            else clips.n_all
        end as n_clips
    from slices
    full join clips
        on
            slices.run_id = clips.run_id
            and slices.synthetic = clips.synthetic
)

select * from expected
where n is distinct from n_clips
