-- Clips of every class against the sizes that the documents' own data give.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
),

corpora as (
    select * from {{ ref('corpora') }}
),

emotions as (
    select * from {{ ref('emotions') }}
),

counted as (
    select * from {{ ref('published_label_counts') }}
    where clips is not null
),

folds as (
    select * from {{ ref('published_folds') }}
    -- The parts of one fold are the whole corpus.
    qualify fold = min(fold) over (partition by document, dataset)
),

data_counts as (
    select * from {{ ref('published_data_counts') }}
    where part = 'corpus'
),

-- How a document may write an emotion: the noun, the adjective, or the corpus' own raw label.
spellings as (
    select
        null as dataset,
        emotion as label,
        emotion
    from emotions
    union
    select
        null as dataset,
        adjective as label,
        emotion
    from emotions
    union
    select distinct
        dataset,
        lower(raw_label) as label,
        emotion
    from utterances
),

fold_sizes as (
    select
        document,
        dataset,
        emotion as label,
        any_value(source) as source,
        sum(clips) as clips
    from folds
    where emotion is not null
    group by
        document,
        dataset,
        emotion
),

-- Only partitions that hold every clip of the list are class sizes of the corpus.
whole_folds as (
    select fold_sizes.*
    from fold_sizes
    inner join data_counts
        on
            fold_sizes.document = data_counts.document
            and fold_sizes.dataset = data_counts.dataset
    qualify
        sum(fold_sizes.clips) over (partition by fold_sizes.document, fold_sizes.dataset) = data_counts.clips
),

published as (
    select
        dataset,
        emotion,
        clips,
        document || ': ' || source as source
    from counted
    union all by name
    select
        whole_folds.dataset,
        spellings.emotion,
        sum(whole_folds.clips) as clips,
        any_value(whole_folds.document || ': ' || whole_folds.source) as source
    from whole_folds
    inner join spellings
        on
            lower(whole_folds.label) = spellings.label
            and coalesce(spellings.dataset, whole_folds.dataset) = whole_folds.dataset
    group by
        whole_folds.document,
        whole_folds.dataset,
        whole_folds.label,
        spellings.emotion
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
