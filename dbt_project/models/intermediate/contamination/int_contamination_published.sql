-- The macro F1s of zero-shot systems that documents publish per corpus or language, as the two-way
-- model needs them. Such documents read answers with CAMEO's rule.
with

results as (
    select * from {{ ref('published_results') }}
    where
        metric = 'macro_f1'
        and train_dataset is null
        and coalesce(dataset, language) is not null
),

documents as (
    select
        document,
        identifier
    from {{ ref('published_documents') }}
    where kind = 'paper'
),

systems as (
    select
        document,
        model,
        system
    from {{ ref('published_systems') }}
    where system is not null
),

corpora as (
    select * from {{ ref('int_contamination_corpora') }}
),

int_contamination_published as (
    select
        documents.identifier as document,
        'cameo' as extraction,
        systems.system,
        results.temperature,
        results.dataset,
        coalesce(results.language, corpora.language) as language,
        results.value as macro_f1,
        results.place as source
    from results
    inner join documents
        on results.document = documents.document
    inner join systems
        on
            results.document = systems.document
            and results.model = systems.model
    left join corpora
        on
            documents.identifier = corpora.document
            and results.dataset = corpora.dataset
)

select * from int_contamination_published
