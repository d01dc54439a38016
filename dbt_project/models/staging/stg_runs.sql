with

source as (
    select * from {{ source('warehouse', 'runs') }}
),

renamed as (
    select
        ---------- ids
        run_id,
        system,
        system_version,

        ---------- what decided the answers
        backend,
        backend_options,
        model_id,
        model_revision,
        prompt,
        prompt_template,
        prompt_sha256,
        condition,
        -- What no row says that is older than the column, was so then.
        coalesce(condition_parameters, '{}') as condition_parameters,
        coalesce(labels, 'dataset') as labels,
        coalesce(label_order, 'as_listed') as label_order,
        temperature,
        seed,
        max_new_tokens,

        ---------- how it went
        status,
        clips,
        errors,
        coalesce(skipped, 0) as skipped,
        seconds,
        coalesce(engine, 'local') as engine,
        coalesce(workers, 1) as workers,
        software,
        hardware,
        coalesce(notes, []) as notes,
        started_at,
        updated_at
    from source
)

select * from renamed
