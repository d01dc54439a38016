-- Clips of every class against the sizes that the documents' own data give.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
),

corpora as (
    select * from {{ ref('corpora') }}
),

published as (
    select * from {{ ref('int_published_class_sizes') }}
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
        published.document || ': ' || published.source as source,
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
            when any_value(found) > expected or any_value(is_whole) then 'error'
            else 'info'
        end as severity,
        case
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
