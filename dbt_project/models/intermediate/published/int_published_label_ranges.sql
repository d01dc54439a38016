-- How many clips of an emotion a published corpus has, at least and at most. Emotions that were
-- counted are known; what they leave of the corpus' published clips belongs to the others of its
-- label set, each of which has a clip at least. One such label is therefore known too.
with

label_counts as (
    select * from {{ ref('published_label_counts') }}
),

corpora as (
    select * from {{ ref('published_corpora') }}
),

corpus_clips as (
    select
        document,
        dataset,
        max(clips) as clips
    from corpora
    where
        dataset is not null
        and clips_per_cell is null
    group by
        document,
        dataset
),

left_over as (
    select
        label_counts.document,
        label_counts.dataset,
        count(*) filter (where label_counts.clips is null) as uncounted,
        any_value(corpus_clips.clips) - coalesce(sum(label_counts.clips), 0) as clips
    from label_counts
    inner join corpus_clips
        on
            label_counts.document = corpus_clips.document
            and label_counts.dataset = corpus_clips.dataset
    group by
        label_counts.document,
        label_counts.dataset
),

int_published_label_ranges as (
    select
        label_counts.document,
        label_counts.dataset,
        label_counts.emotion,
        coalesce(
            label_counts.clips, case when left_over.uncounted = 1 then left_over.clips else 1 end
        )::bigint as clips_min,
        coalesce(label_counts.clips, left_over.clips - left_over.uncounted + 1)::bigint as clips_max
    from label_counts
    inner join left_over
        on
            label_counts.document = left_over.document
            and label_counts.dataset = left_over.dataset
)

select * from int_published_label_ranges
