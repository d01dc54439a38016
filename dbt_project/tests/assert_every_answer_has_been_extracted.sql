-- Why: `error` in `predictions` must mean that the system gave no answer, never that an extraction
-- lost one on the way. A row is an answer that no extraction row was found for.
select *
from {{ ref('predictions') }}
where
    status = 'error'
    and raw_text is not null
