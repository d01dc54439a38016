-- Why: EmoBox's view is one of the taxonomy's. Its labels of a corpus must be as many as EmoBox's
-- Table 1 prints, except where EmoBox's data and its table differ. A row is a corpus where the counts
-- differ and should not, or the other way round.
with

taxonomy as (
    select
        dataset,
        count(distinct emobox_label) as labels
    from {{ ref('taxonomy') }}
    where emobox_label is not null
    group by dataset
),

printed as (
    select
        dataset,
        emotions
    from {{ ref('published_corpora') }}
    where
        document = 'emobox'
        and place = 'Table 1'
        and dataset is not null
),

-- EmoBox's data against its own table: they map excitement onto happiness in IEMOCAP, keep the
-- secondary emotions of JL-Corpus, and count "no agreement" and "other" of MSP-Podcast.
known as (
    select unnest(['IEMOCAP', 'JL-Corpus', 'MSP-Podcast']) as dataset
)

select
    printed.dataset,
    printed.emotions,
    taxonomy.labels
from printed
left join taxonomy
    on printed.dataset = taxonomy.dataset
left join known
    on printed.dataset = known.dataset
where (printed.emotions is distinct from taxonomy.labels) != (known.dataset is not null)
