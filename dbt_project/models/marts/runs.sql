-- Every run with everything that decided its answers.
select * from {{ ref('stg_runs') }}
order by run_id
