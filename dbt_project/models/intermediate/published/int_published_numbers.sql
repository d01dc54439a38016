-- Every published result with the system it is of and the most that rounding can have moved it.
with

results as (
    select * from {{ ref('published_results') }}
),

systems as (
    select * from {{ ref('published_systems') }}
),

documents as (
    select * from {{ ref('published_documents') }}
),

int_published_numbers as (
    select
        results.document,
        documents.summary_of,
        results.place,
        results.row_printed,
        results.model,
        systems.system,
        systems.size,
        results.temperature,
        results.dataset,
        results.language,
        results.emotion,
        results.train_dataset,
        results.metric,
        results.value,
        results.printed,
        {{ half_unit('results.printed', 'results.value') }}::double as half_unit,
        results.note
    from results
    inner join documents
        on results.document = documents.document
    left join systems
        on
            results.document = systems.document
            and results.model = systems.model
)

select * from int_published_numbers
