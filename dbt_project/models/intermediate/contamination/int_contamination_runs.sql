-- The runs that contamination is judged by: of every system one version and prompt (that of the base
-- run), and of these one run per condition and temperature.
with

runs as (
    select
        run_id,
        system,
        system_version,
        prompt_sha256,
        condition,
        temperature,
        clips,
        started_at
    from {{ ref('stg_runs') }}
),

-- The base: the latest version (as a number where it is one) hearing the clip at the lowest
-- temperature; of several prompts the one that was asked about most clips.
bases as (
    select
        system,
        system_version,
        prompt_sha256,
        temperature as base_temperature
    from runs
    where condition = 'clip'
    qualify
        row_number() over (
            partition by system
            order by
                try_cast(system_version as double) desc nulls last,
                system_version desc,
                temperature asc,
                clips desc,
                started_at desc,
                run_id asc
        ) = 1
),

comparable as (
    select
        runs.system,
        runs.run_id,
        runs.condition,
        runs.temperature,
        bases.base_temperature,
        max(runs.temperature) over (partition by runs.system, runs.condition) as highest_temperature
    from runs
    inner join bases
        on
            runs.system = bases.system
            and runs.system_version = bases.system_version
            and runs.prompt_sha256 = bases.prompt_sha256
    -- Runs that differ in something else only, such as the seed: the one with most clips.
    qualify
        row_number() over (
            partition by runs.system, runs.condition, runs.temperature
            order by runs.clips desc, runs.started_at desc, runs.run_id asc
        ) = 1
),

int_contamination_runs as (
    select
        system,
        run_id,
        condition,
        temperature,
        case
            when condition != 'clip' then 'condition'
            when temperature = base_temperature then 'base'
            else 'hottest'
        end as role
    from comparable
    where
        temperature = base_temperature
        or (condition = 'clip' and temperature = highest_temperature)
)

select * from int_contamination_runs
