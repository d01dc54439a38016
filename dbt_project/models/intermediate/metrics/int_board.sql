-- Every run on every board it belongs to (extraction, kind of speech, condition), with the share of
-- today's clips of that kind that it was asked about. Scores over different clips do not compare.
with

metrics as (
    select * from {{ ref('int_metrics') }}
    where slice = 'all'
),

runs as (
    select
        run_id,
        condition
    from {{ ref('stg_runs') }}
),

clips as (
    select
        corpora.synthetic,
        count(*) as clips
    from {{ ref('stg_utterances') }} as utterances
    inner join {{ ref('stg_corpora') }} as corpora
        on utterances.dataset = corpora.dataset
    group by corpora.synthetic
),

int_board as (
    select
        metrics.run_id,
        metrics.extraction,
        metrics.synthetic,
        runs.condition,
        metrics.n / clips.clips as coverage
    from metrics
    inner join runs
        on metrics.run_id = runs.run_id
    inner join clips
        on metrics.synthetic = clips.synthetic
)

select * from int_board
