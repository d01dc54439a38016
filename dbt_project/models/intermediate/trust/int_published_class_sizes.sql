-- Sizes of classes in the documents' own data: counted lists, and partitions that hold every clip.
with

emotions as (
    select * from {{ ref('emotions') }}
),

raw_labels as (
    select * from {{ ref('raw_labels') }}
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

-- How a document may write an emotion: the noun or the adjective …
words as (
    select
        emotion as label,
        emotion
    from emotions
    union
    select
        adjective as label,
        emotion
    from emotions
),

-- … or the corpus' own raw label, where that is no such word: most are, and a class must not be
-- counted once by each.
own_labels as (
    select
        raw_labels.dataset,
        lower(raw_labels.raw_label) as label,
        raw_labels.emotion
    from raw_labels
    anti join words
        on lower(raw_labels.raw_label) = words.label
    where raw_labels.emotion is not null
),

spellings as (
    select
        null as dataset,
        label,
        emotion
    from words
    union all by name
    select * from own_labels
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

int_published_class_sizes as (
    select
        document,
        dataset,
        emotion,
        clips,
        source
    from counted
    union all by name
    select
        whole_folds.document,
        whole_folds.dataset,
        spellings.emotion,
        sum(whole_folds.clips)::bigint as clips,
        any_value(whole_folds.source) as source
    from whole_folds
    inner join spellings
        on
            lower(whole_folds.label) = spellings.label
            and coalesce(spellings.dataset, whole_folds.dataset) = whole_folds.dataset
    group by
        whole_folds.document,
        whole_folds.dataset,
        spellings.emotion
)

select * from int_published_class_sizes
