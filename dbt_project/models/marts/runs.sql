-- Every run with everything that decided its answers.
select
    *,
    {{ as_of() }} as as_of
from {{ ref('stg_runs') }}
order by run_id
