-- Ours beside theirs: every published result and count with ours, where there is one. What is
-- compared is real speech, the default extraction, and runs that heard the clip itself.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
    where metric in ('macro_f1', 'weighted_f1', 'accuracy', 'uar', 'f1', 'ccc')
),

published_corpora as (
    select * from {{ ref('published_corpora') }}
),

label_ranges as (
    select * from {{ ref('int_published_label_ranges') }}
),

documents as (
    select * from {{ ref('published_documents') }}
),

default_extraction as (
    select extraction from {{ ref('extractions') }}
    where is_default
),

heard_clips as (
    select
        run_id,
        system
    from {{ ref('runs') }}
    where condition = 'clip'
),

metrics as (
    select * from {{ ref('metrics') }}
),

metrics_by_emotion as (
    select * from {{ ref('metrics_by_emotion') }}
),

intervals as (
    select * from {{ ref('int_published_intervals') }}
),

corpora as (
    select * from {{ ref('corpora') }}
),

all_ours as (
    select
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        dataset,
        language,
        null::varchar as emotion,
        metric,
        value,
        n
    from metrics
    where slice in ('all', 'dataset', 'language')
    union all by name
    select
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        null::varchar as dataset,
        null::varchar as language,
        emotion,
        'f1' as metric,
        f1 as value,
        n
    from metrics_by_emotion
),

ours as (
    select
        all_ours.*,
        intervals.low,
        intervals.high
    from all_ours
    inner join heard_clips
        on all_ours.run_id = heard_clips.run_id
    inner join default_extraction
        on all_ours.extraction = default_extraction.extraction
    left join intervals
        on
            all_ours.run_id = intervals.run_id
            and all_ours.extraction = intervals.extraction
            and all_ours.synthetic = intervals.synthetic
            and all_ours.metric = intervals.metric
            and all_ours.dataset is not distinct from intervals.dataset
            and all_ours.language is not distinct from intervals.language
            and all_ours.emotion is not distinct from intervals.emotion
    where not all_ours.synthetic
),

-- Clips that a published number is over, as far as the document prints counts: per corpus,
-- language and emotion, and of everything.
corpus_rows as (
    select *
    from published_corpora
    where
        dataset is not null
        and clips_per_cell is null
        and clips is not null
),

published_clips as (
    select
        document,
        dataset,
        null::varchar as language,
        null::varchar as emotion,
        clips::bigint as clips
    from corpus_rows
    union all by name
    select
        document,
        null::varchar as dataset,
        language,
        null::varchar as emotion,
        sum(clips)::bigint as clips
    from corpus_rows
    where language is not null
    group by
        document,
        language
    union all by name
    select
        document,
        null::varchar as dataset,
        null::varchar as language,
        null::varchar as emotion,
        sum(clips)::bigint as clips
    from corpus_rows
    group by document
    union all by name
    select
        document,
        null::varchar as dataset,
        null::varchar as language,
        emotion,
        sum(clips_min)::bigint as clips
    from label_ranges
    group by
        document,
        emotion
    having bool_and(clips_min = clips_max)
),

results as (
    select
        numbers.document,
        numbers.place,
        numbers.row_printed,
        numbers.model,
        numbers.system,
        numbers.temperature as published_temperature,
        numbers.dataset,
        numbers.language,
        numbers.emotion,
        numbers.train_dataset,
        numbers.metric,
        numbers.value as published,
        numbers.half_unit,
        published_clips.clips as n_published,
        ours.run_id,
        ours.temperature,
        ours.extraction,
        ours.value as ours,
        ours.low,
        ours.high,
        ours.n,
        concat_ws(
            '; ',
            case
                when numbers.value is null then 'the published number is cut off in the text at hand'
            end,
            case
                when ours.value is not null then null
                when numbers.train_dataset is not null then 'trained on another corpus: no system here is'
                when numbers.model is null then 'a number of no single model here'
                when numbers.system is null then 'no system here answers like ' || numbers.model
                when numbers.system not in (select heard_clips.system from heard_clips)
                    then 'no run of ' || numbers.system || ' here'
                else 'no run of ' || numbers.system || ' here at this temperature and over such clips'
            end,
            case
                when ours.n != published_clips.clips
                    then
                        'other clips: ours is over ' || ours.n || ', published over ' || published_clips.clips
            end,
            case
                when ours.value is not null and numbers.temperature is null then 'no temperature is published'
            end
        ) as reasons
    from numbers
    left join published_clips
        on
            coalesce(numbers.summary_of, numbers.document) = published_clips.document
            and numbers.dataset is not distinct from published_clips.dataset
            and numbers.language is not distinct from published_clips.language
            and numbers.emotion is not distinct from published_clips.emotion
    left join ours
        on
            numbers.system = ours.system
            and (numbers.temperature is null or numbers.temperature = ours.temperature)
            and numbers.metric = ours.metric
            and numbers.dataset is not distinct from ours.dataset
            and numbers.language is not distinct from ours.language
            and numbers.emotion is not distinct from ours.emotion
            and numbers.train_dataset is null
),

described as (
    select
        published_corpora.*,
        corpora.published_clips,
        case when corpora.clips > 0 and not corpora.synthetic then corpora.clips end as clips_here,
        corpora.speakers as speakers_here,
        corpora.hours as hours_here,
        len(corpora.labels) as emotions_here
    from published_corpora
    left join corpora
        on published_corpora.dataset = corpora.dataset
),

measured as (
    select
        *,
        unnest(['clips', 'speakers', 'hours', 'emotions']) as metric
    from described
),

measures as (
    select
        *,
        case metric
            when 'clips' then clips
            when 'speakers' then speakers
            when 'hours' then hours
            when 'emotions' then emotions
        end::double as published,
        case metric
            when 'clips' then clips_here
            when 'speakers' then speakers_here
            when 'hours' then hours_here
            when 'emotions' then emotions_here
        end::double as here,
        case when metric = 'hours' then 0.05 else 0 end as half_unit
    from measured
),

counts as (
    select
        document,
        place,
        row_printed,
        null::varchar as model,
        null::varchar as system,
        null::double as published_temperature,
        dataset,
        language,
        null::varchar as emotion,
        null::varchar as train_dataset,
        metric,
        published,
        half_unit,
        null::bigint as n_published,
        null::varchar as run_id,
        null::double as temperature,
        null::varchar as extraction,
        case when clips_per_cell is null and clips_here is not null then here end as ours,
        null::double as low,
        null::double as high,
        null::bigint as n,
        concat_ws(
            '; ',
            case
                when dataset is null then 'a total of the corpora of the document'
                when clips_per_cell is not null then 'a balanced test set, which is not cut here'
                when clips_here is null then 'no clip of this corpus here'
                when metric != 'emotions' and clips_here != published_clips
                    then 'a partial copy: ' || clips_here || ' of ' || published_clips || ' clips'
            end
        ) as reasons
    from measures
    where published is not null
),

compared as (
    select * from results
    union all by name
    select * from counts
)

select
    documents.document,
    compared.place,
    compared.row_printed,
    concat_ws(
        ', ', compared.metric, compared.model, 'T = ' || compared.published_temperature, compared.dataset,
        compared.language, compared.emotion, 'trained on ' || compared.train_dataset
    ) as what,
    compared.model,
    compared.system,
    compared.published_temperature,
    compared.dataset,
    compared.language,
    compared.emotion,
    compared.train_dataset,
    compared.metric,
    compared.run_id,
    compared.temperature,
    compared.extraction,
    compared.published,
    compared.ours,
    compared.ours - compared.published as difference,
    compared.low,
    compared.high,
    -- The published number as far as it was rounded: any of its digits' values may be in the interval.
    compared.published + compared.half_unit >= compared.low
    and compared.published - compared.half_unit <= compared.high as inside,
    compared.n_published,
    compared.n,
    nullif(compared.reasons, '') as reason,
    {{ as_of() }} as as_of
from compared
inner join documents
    on compared.document = documents.document
order by
    documents.document,
    compared.place,
    compared.row_printed,
    what,
    compared.run_id
