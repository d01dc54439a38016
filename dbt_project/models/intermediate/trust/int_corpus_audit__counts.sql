-- Clips, speakers and classes of every corpus here against all published figures of it: those of
-- its corpus file, and those of the documents.
with

corpora as (
    select * from {{ ref('corpora') }}
),

documents as (
    select * from {{ ref('published_corpora') }}
    where
        dataset is not null
        and clips_per_cell is null
),

rejects as (
    select * from {{ ref('stg_rejects') }}
),

classes as (
    select
        dataset,
        count(distinct emotion) as emotions
    from {{ ref('stg_utterances') }}
    group by dataset
),

-- What was published without one emotion (IEMOCAP's turns without agreement) is no clip here, but it
-- is among the published ones and no sign of a partial copy.
unlabelled as (
    select
        dataset,
        count(*) as files
    from rejects
    where reason = 'no_label'
    group by dataset
),

found as (
    select
        corpora.dataset,
        corpora.clips + coalesce(unlabelled.files, 0) as clips,
        corpora.speakers,
        coalesce(classes.emotions, 0) as emotions,
        corpora.published_clips
    from corpora
    left join classes
        on corpora.dataset = classes.dataset
    left join unlabelled
        on corpora.dataset = unlabelled.dataset
),

published as (
    select
        dataset,
        'corpus file' as source,
        published_clips as clips,
        published_speakers as speakers,
        coalesce(published_classes, len(labels)) as emotions
    from corpora
    union all by name
    select
        dataset,
        document || ', ' || place as source,
        clips,
        speakers,
        emotions
    from documents
),

measures as (
    {%- for measure in ['clips', 'speakers', 'emotions'] %}
    select
        found.dataset,
        '{{ measure }}' as what,
        published.source,
        published.{{ measure }} as expected,
        found.{{ measure }} as found,
        found.clips >= found.published_clips as is_whole
    from found
    inner join published
        on found.dataset = published.dataset
    where published.{{ measure }} is not null
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}
),

-- Sources that agree are one row.
int_corpus_audit__counts as (
    select
        dataset,
        what,
        'the corpus' as subject,
        expected::double as expected,
        string_agg(distinct source, '; ' order by source) as expected_source,
        any_value(found)::double as found,
        case
            -- What was never published is something else under its name.
            when any_value(found) > expected and bool_or(source = 'corpus file') then 'error'
            when any_value(found) > expected then 'info'
            when what = 'clips' and any_value(found) = 0 then 'error'
            when what = 'clips' and bool_or(source = 'corpus file') then 'warning'
            when any_value(is_whole) and bool_or(source = 'corpus file') then 'warning'
            else 'info'
        end as severity,
        case
            when any_value(found) > expected and bool_or(source = 'corpus file')
                then 'more than were published: is there something in the folder that is not part of it?'
            when not bool_or(source = 'corpus file')
                then 'this document counts otherwise than the corpus file; its results are over other clips'
            when what = 'clips' then 'a partial copy: scores are not those of the corpus'
            when any_value(is_whole) then 'all clips are here, and yet these are missing'
            else 'of a partial copy'
        end as explanation
    from measures
    where expected != found
    group by
        dataset,
        what,
        expected
)

select * from int_corpus_audit__counts
