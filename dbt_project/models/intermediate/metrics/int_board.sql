-- Every run on every board it belongs to (extraction, kind of speech, condition), with the share of
-- today's clips of that kind that it was asked about. Scores over different clips do not compare.
-- A corpus that is here without audio, as it came with imported answers, is beyond what other runs
-- can be asked about: it does not make them incomplete, and who answered it has other clips than they.
with

metrics as (
    select * from {{ ref('int_metrics') }}
    where slice = 'dataset'
),

runs as (
    select
        run_id,
        condition
    from {{ ref('stg_runs') }}
),

corpora as (
    select
        corpora.synthetic,
        corpora.dataset,
        count(*) as clips,
        coalesce(bool_or(utterances.has_audio), false) as has_audio
    from {{ ref('stg_utterances') }} as utterances
    inner join {{ ref('stg_corpora') }} as corpora
        on utterances.dataset = corpora.dataset
    group by
        corpora.synthetic,
        corpora.dataset
),

judged as (
    select
        synthetic,
        dataset,
        clips,
        -- Where there is no audio at all, boards are of what was imported.
        has_audio or not bool_or(has_audio) over (partition by synthetic) as is_judged
    from corpora
),

clips as (
    select
        synthetic,
        sum(clips) as clips
    from judged
    where is_judged
    group by synthetic
),

asked as (
    select
        metrics.run_id,
        metrics.extraction,
        metrics.synthetic,
        coalesce(sum(metrics.n) filter (where judged.is_judged), 0) as n,
        coalesce(sum(metrics.n) filter (where not judged.is_judged), 0) as n_beyond
    from metrics
    inner join judged
        on metrics.dataset = judged.dataset
    group by
        metrics.run_id,
        metrics.extraction,
        metrics.synthetic
),

int_board as (
    select
        asked.run_id,
        asked.extraction,
        asked.synthetic,
        runs.condition,
        asked.n / (clips.clips + asked.n_beyond) as coverage
    from asked
    inner join runs
        on asked.run_id = runs.run_id
    inner join clips
        on asked.synthetic = clips.synthetic
)

select * from int_board
