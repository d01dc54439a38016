-- Totals against the rows they are the totals of, and products against their factors.
with

corpora as (
    select * from {{ ref('published_corpora') }}
),

documents as (
    select * from {{ ref('published_documents') }}
),

label_counts as (
    select * from {{ ref('published_label_counts') }}
),

data_counts as (
    select * from {{ ref('published_data_counts') }}
),

-- The rows of the documents' tables of corpora; balanced test sets are parts of corpora.
corpus_rows as (
    select *
    from corpora
    where
        dataset is not null
        and clips_per_cell is null
),

emotions as (
    select
        document,
        count(distinct emotion) as emotions
    from label_counts
    group by document
),

sums as (
    select
        corpus_rows.document,
        count(*) as datasets,
        count(distinct corpus_rows.language) as languages,
        any_value(emotions.emotions) as emotions,
        sum(corpus_rows.speakers) as speakers,
        sum(corpus_rows.clips) as clips,
        sum(corpus_rows.hours) as hours,
        count(corpus_rows.speakers) as n_speakers,
        count(corpus_rows.hours) as n_hours
    from corpus_rows
    left join emotions
        on corpus_rows.document = emotions.document
    group by corpus_rows.document
),

totals_printed as (
    select
        corpora.document,
        -- A summary's totals are those of what it summarises.
        coalesce(documents.summary_of, corpora.document) as counted_in,
        corpora.place,
        corpora.datasets::double as datasets,
        corpora.languages::double as languages,
        corpora.emotions::double as emotions,
        corpora.speakers::double as speakers,
        corpora.clips::double as clips,
        corpora.hours::double as hours
    from corpora
    inner join documents
        on corpora.document = documents.document
    where
        corpora.dataset is null
        and corpora.language_printed is null
),

totals as (
    select *
    from totals_printed
    unpivot (
        claimed for measure in (datasets, languages, emotions, speakers, clips, hours)
    )
),

totals_found as (
    select
        totals.*,
        case totals.measure
            when 'datasets' then sums.datasets
            when 'languages' then sums.languages
            when 'emotions' then sums.emotions
            when 'speakers' then sums.speakers
            when 'clips' then sums.clips
            when 'hours' then sums.hours
        end::double as found,
        -- Hours are printed to a tenth, in every row and in the total.
        case when totals.measure = 'hours' then 0.05 * (sums.n_hours + 1) else 0 end as tolerance,
        case
            when totals.measure = 'speakers' and sums.n_speakers < sums.datasets
                then (sums.datasets - sums.n_speakers) || ' rows print no speakers and count as none'
        end as comment
    from totals
    left join sums
        on totals.counted_in = sums.document
),

per_language as (
    select
        corpora.document,
        corpora.place,
        corpora.language_printed,
        corpora.datasets as claimed,
        count(corpus_rows.dataset) as found,
        string_agg(corpus_rows.dataset, ', ' order by corpus_rows.dataset) as names
    from corpora
    left join corpus_rows
        on
            corpora.document = corpus_rows.document
            and corpora.language_printed = corpus_rows.language_printed
    where
        corpora.dataset is null
        and corpora.language_printed is not null
    group by all
),

balanced as (
    select
        corpora.document,
        corpora.place,
        corpora.dataset,
        corpora.clips as claimed,
        corpora.emotions * corpora.speakers * corpora.clips_per_cell as product,
        corpora.emotions || ' emotions × ' || corpora.speakers || ' speakers × ' || corpora.clips_per_cell
            as factors,
        data_counts.clips as clips_in_data,
        data_counts.cell_min,
        data_counts.cell_max,
        corpora.clips_per_cell
    from corpora
    left join data_counts
        on
            corpora.document = data_counts.document
            and corpora.dataset = data_counts.dataset
            and data_counts.part = 'cross_corpus_test'
    where corpora.clips_per_cell is not null
),

checks as (
    select
        document,
        place,
        'total against its rows' as kind,
        measure as subject,
        claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        tolerance,
        'printed ' || {{ shown('claimed', 1) }} || ', the rows give ' || {{ shown('found', 1) }}
            as arithmetic,
        comment
    from totals_found
    union all by name
    select
        document,
        place,
        'corpora of a language' as kind,
        language_printed as subject,
        claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        0 as tolerance,
        'printed ' || claimed || ', Table 1 has ' || found || coalesce(': ' || names, '') as arithmetic,
        null as comment
    from per_language
    union all by name
    select
        document,
        place,
        'product against its factors' as kind,
        dataset as subject,
        claimed,
        'equals' as relation,
        product as found_low,
        product as found_high,
        0 as tolerance,
        factors || ' = ' || product || ', printed ' || claimed as arithmetic,
        null as comment
    from balanced
    union all by name
    select
        document,
        place,
        'clips of every speaker and emotion' as kind,
        dataset as subject,
        clips_per_cell as claimed,
        'equals' as relation,
        cell_min as found_low,
        cell_max as found_high,
        0 as tolerance,
        coalesce(
            'printed ' || clips_per_cell || ', the published test set has ' || cell_min || ' to ' || cell_max
            || ' of each speaker and emotion, ' || clips_in_data || ' clips in all',
            'no list at hand'
        ) as arithmetic,
        null as comment
    from balanced
)

{{ audited('checks') }}
