-- Clips of every class against the sizes that the corpus file and the documents' own data give.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
),

corpora as (
    select * from {{ ref('corpora') }}
),

documents as (
    select * from {{ ref('int_published_class_sizes') }}
),

declared as (
    select
        dataset,
        unnest(map_keys(published_class_clips)) as emotion,
        unnest(map_values(published_class_clips)) as clips
    from corpora
),

published as (
    select
        dataset,
        emotion,
        clips,
        'corpus file' as source,
        true as is_corpus_file
    from declared
    union all by name
    select
        dataset,
        emotion,
        clips,
        document || ': ' || source as source,
        false as is_corpus_file
    from documents
),

found as (
    select
        dataset,
        emotion,
        count(*) as clips
    from utterances
    group by
        dataset,
        emotion
),

compared as (
    select
        published.dataset,
        published.emotion,
        published.clips as expected,
        published.source,
        published.is_corpus_file,
        corpora.published_class_clips is not null as has_corpus_file,
        coalesce(found.clips, 0) as found,
        corpora.clips >= corpora.published_clips as is_whole
    from published
    inner join corpora
        on published.dataset = corpora.dataset
    left join found
        on
            published.dataset = found.dataset
            and published.emotion = found.emotion
),

int_corpus_audit__classes as (
    select
        dataset,
        'class size' as what,
        emotion as subject,
        expected::double as expected,
        string_agg(distinct source, '; ' order by source) as expected_source,
        any_value(found)::double as found,
        case
            when any_value(has_corpus_file) and not bool_or(is_corpus_file) then 'info'
            when any_value(found) > expected or any_value(is_whole) then 'error'
            else 'info'
        end as severity,
        case
            when any_value(has_corpus_file) and not bool_or(is_corpus_file)
                then 'this document counts otherwise than the corpus file; its results are over other clips'
            when
                any_value(found) > expected
                then 'more than were published: labels were changed, or clips added'
            when any_value(is_whole) then 'all clips are here, and some have another label'
            else 'of a partial copy'
        end as explanation
    from compared
    where expected != found
    group by
        dataset,
        emotion,
        expected
)

select * from int_corpus_audit__classes
