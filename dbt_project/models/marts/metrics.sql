-- Every metric of every slice, one row each: the table that a new metric appears in by itself.
with

int_metrics as (
    select * from {{ ref('int_metrics') }}
),

runs as (
    select
        run_id,
        system,
        temperature
    from {{ ref('stg_runs') }}
),

unpivoted as (
    unpivot int_metrics
    on {{ metric_columns() | join(', ') }}
    into name metric value value
)

select
    unpivoted.run_id,
    runs.system,
    runs.temperature,
    unpivoted.extraction,
    unpivoted.synthetic,
    unpivoted.slice,
    unpivoted.dataset,
    unpivoted.language,
    unpivoted.metric,
    unpivoted.value,
    unpivoted.n
from unpivoted
inner join runs
    on unpivoted.run_id = runs.run_id
order by all
