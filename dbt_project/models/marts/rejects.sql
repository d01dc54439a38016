-- Every source file that could not be used, and why.
select
    *,
    {{ as_of() }} as as_of
from {{ ref('stg_rejects') }}
order by
    dataset,
    original_path
