-- The corpora that documents with published scores evaluate, with the number of clips and labels:
-- guessing and sampling errors are worked out from these.
with

corpora as (
    select * from {{ ref('published_corpora') }}
),

documents as (
    select
        document,
        identifier
    from {{ ref('published_documents') }}
    where kind = 'paper'
),

label_sets as (
    select
        document,
        dataset,
        count(distinct emotion) as labels
    from {{ ref('published_label_counts') }}
    group by
        document,
        dataset
),

int_contamination_corpora as (
    select
        documents.identifier as document,
        corpora.dataset,
        corpora.language,
        corpora.clips,
        label_sets.labels
    from corpora
    inner join documents
        on corpora.document = documents.document
    inner join label_sets
        on
            corpora.document = label_sets.document
            and corpora.dataset = label_sets.dataset
)

select * from int_contamination_corpora
