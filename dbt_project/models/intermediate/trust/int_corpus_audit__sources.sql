-- Where published figures of a corpus contradict each other: CAMEO and EmoBox, a document and its own
-- data, a document and our corpus file. About the publications, whatever is in this warehouse.
with

audit as (
    select * from {{ ref('published_audit') }}
    where
        topic = 'data'
        and verdict = 'contradicts'
),

documents as (
    select * from {{ ref('published_corpora') }}
    where
        dataset is not null
        and clips_per_cell is null
),

corpora as (
    select * from {{ ref('stg_corpora') }}
),

labels as (
    select * from {{ ref('int_published_class_sizes') }}
),

-- "CaFE in emobox": the corpus, and where else it is.
published as (
    select
        regexp_replace(subject, ' in [a-z0-9-]+$', '') as dataset,
        'published: ' || kind as what,
        document || ', ' || place as subject,
        claimed as expected,
        document || ', ' || place as expected_source,
        found,
        case when kind like 'two documents%' then 'warning' else 'info' end as severity,
        concat_ws('; ', arithmetic, comment) as explanation
    from audit
),

measured as (
    select
        corpora.dataset,
        documents.document || ', ' || documents.place as document,
        unnest([
            { what: 'clips', declared: corpora.published_clips, printed: documents.clips },
            { what: 'speakers', declared: corpora.published_speakers, printed: documents.speakers }
        ]) as measure
    from corpora
    inner join documents
        on corpora.dataset = documents.dataset
),

corpus_files as (
    select
        dataset,
        'published: corpus file and document: ' || measure['what'] as what,
        document as subject,
        measure['declared']::double as expected,
        'corpus file' as expected_source,
        measure['printed']::double as found,
        'info' as severity,
        'the document is about another selection than the corpus as distributed, or counts otherwise'
            as explanation
    from measured
    where measure['declared'] != measure['printed']
),

classes as (
    select
        one.dataset,
        'published: two documents: class size' as what,
        one.document || ' and ' || other.document || ', ' || one.emotion as subject,
        one.clips::double as expected,
        one.document || ': ' || one.source as expected_source,
        other.clips::double as found,
        'warning' as severity,
        other.document || ': ' || other.source as explanation
    from labels as one
    inner join labels as other
        on
            one.dataset = other.dataset
            and one.emotion = other.emotion
            and one.document < other.document
    where one.clips != other.clips
),

int_corpus_audit__sources as (
    select * from published
    union all by name
    select * from corpus_files
    union all by name
    select * from classes
)

select * from int_corpus_audit__sources
