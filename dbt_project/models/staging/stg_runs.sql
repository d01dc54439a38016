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
        temperature,
        seed,
        max_new_tokens,

        ---------- how it went
        status,
        clips,
        errors,
        seconds,
        software,
        hardware,
        started_at,
        updated_at
    from source
)

select * from renamed
