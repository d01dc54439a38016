-- Why: leaderboards and dashboards show the default first; with none or two they would show
-- nothing, or every run twice.
select count(*) filter (where is_default) as n_defaults
from {{ ref('extractions') }}
having count(*) filter (where is_default) != 1
