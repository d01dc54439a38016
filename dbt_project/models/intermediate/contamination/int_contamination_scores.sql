-- What those runs score on every corpus of real speech, on the scale of the model: the logit of
-- macro F1 above that of guessing, with its sampling error.
with

runs as (
    select * from {{ ref('int_contamination_runs') }}
),

counts as (
    select * from {{ ref('int_class_counts') }}
    where
        slice = 'dataset'
        and not synthetic
        and support > 0
),

extractions as (
    {{ judged_extractions() }}
),

corpora as (
    select
        dataset,
        language,
        len(labels) as n_labels
    from {{ ref('stg_corpora') }}
),

clips as (
    select
        dataset,
        count(*) as clips
    from {{ ref('stg_utterances') }}
    group by dataset
),

-- The one place where the sampling error of a score comes from: a macro average of rates p over
-- classes of n_c clips has the variance p(1 - p) / n_effective, where n_effective is the number of
-- classes times the harmonic mean of the n_c (all clips, if the classes are equally large).
scores as (
    select
        run_id,
        extraction,
        dataset,
        {{ metric_definitions().macro_f1 }} as macro_f1,
        sum(support)::bigint as n,
        count(*) * count(*) / sum(1 / support) as n_effective
    from counts
    group by
        run_id,
        extraction,
        dataset
),

int_contamination_scores as (
    select
        runs.system,
        runs.run_id,
        runs.condition,
        runs.temperature,
        runs.role,
        scores.extraction,
        scores.dataset,
        corpora.language,
        scores.macro_f1,
        scores.n,
        clips.clips,
        scores.n_effective,
        1 / corpora.n_labels as chance,
        {{ clipped('scores.macro_f1', 'scores.n_effective') }} as p
    from scores
    inner join runs
        on scores.run_id = runs.run_id
    inner join extractions
        on scores.extraction = extractions.extraction
    inner join corpora
        on scores.dataset = corpora.dataset
    inner join clips
        on scores.dataset = clips.dataset
)

select
    * exclude (p),
    -- A corpus with one label has nothing to guess: its scores are on no scale with others.
    case when chance < 1 then {{ logit('p') }} - {{ logit('chance') }} end as score,
    1 / sqrt(n_effective * p * (1 - p)) as score_se,
    sqrt(p * (1 - p) / n_effective) as macro_f1_se
from int_contamination_scores
