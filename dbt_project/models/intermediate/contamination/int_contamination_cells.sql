-- The table that the two-way model is about, per source: the warehouse (base runs, whole corpora
-- only, since scores over different clips do not compare) and every document with published
-- scores, of corpora or of languages.
with

scores as (
    select * from {{ ref('int_contamination_scores') }}
    where
        role = 'base'
        and n = clips
        and score is not null
),

published as (
    select * from {{ ref('int_contamination_published') }}
),

-- Guessing among the labels on offer is right once in `labels` clips; over the corpora of a
-- language that is the mean over clips.
guessed as (
    select
        document,
        language,
        coalesce(dataset, '') as dataset,
        sum(clips)::bigint as n,
        sum(clips / labels) / sum(clips) as chance
    from {{ ref('int_contamination_corpora') }}
    group by grouping sets ((document, language), (document, language, dataset))
),

documents as (
    select
        published.document,
        published.extraction,
        published.system,
        published.dataset,
        published.language,
        published.macro_f1,
        guessed.n,
        guessed.chance,
        {{ clipped('published.macro_f1', 'guessed.n') }} as p
    from published
    inner join guessed
        on
            published.document = guessed.document
            and published.language = guessed.language
            and coalesce(published.dataset, '') = guessed.dataset
),

int_contamination_cells as (
    select
        'warehouse' as source,
        extraction,
        system,
        'dataset' as scope,
        dataset,
        language,
        macro_f1,
        n,
        chance,
        score,
        score_se
    from scores
    union all
    select
        document as source,
        extraction,
        system,
        case when dataset is null then 'language' else 'dataset' end as scope,
        dataset,
        language,
        macro_f1,
        n,
        chance,
        {{ logit('p') }} - {{ logit('chance') }} as score,
        -- Published without the sizes of the classes: as if they were equal.
        1 / sqrt(n * p * (1 - p)) as score_se
    from documents
)

select * from int_contamination_cells
