-- Every corpus that was ingested here, with what is in the warehouse beside what was published.
with

corpora as (
    select * from {{ ref('stg_corpora') }}
),

clips as (
    select
        dataset,
        count(*) as clips,
        count(distinct speaker_id) as speakers,
        sum(duration_s) / 3600 as hours
    from {{ ref('stg_utterances') }}
    group by dataset
),

rejects as (
    select
        dataset,
        count(*) as rejected
    from {{ ref('stg_rejects') }}
    group by dataset
)

select
    corpora.dataset,
    corpora.language,
    corpora.labels,
    corpora.synthetic,
    coalesce(clips.clips, 0) as clips,
    coalesce(rejects.rejected, 0) as rejected,
    coalesce(clips.speakers, 0) as speakers,
    coalesce(clips.hours, 0) as hours,
    corpora.published_clips,
    corpora.published_speakers,
    corpora.published_hours,
    corpora.published_classes,
    corpora.published_class_clips,
    corpora.access,
    corpora.access_note,
    corpora.license,
    corpora.license_source,
    corpora.url,
    corpora.citation,
    {{ as_of() }} as as_of
from corpora
left join clips
    on corpora.dataset = clips.dataset
left join rejects
    on corpora.dataset = rejects.dataset
order by corpora.dataset
