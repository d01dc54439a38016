-- What a document says of corpora and of how it divides them, against its own published data, and
-- against another document that has the same corpora.
with

corpora as (
    select * from {{ ref('published_corpora') }}
    where
        dataset is not null
        and clips_per_cell is null
),

data_counts as (
    select * from {{ ref('published_data_counts') }}
    where part = 'corpus'
),

folds as (
    select * from {{ ref('published_folds') }}
),

claims as (
    select * from {{ ref('published_claims') }}
    where kind in ('official_split', 'speaker_dependent')
),

label_counts as (
    select * from {{ ref('published_label_counts') }}
),

documents as (
    select
        document,
        year
    from {{ ref('published_documents') }}
),

described as (
    select
        corpora.document,
        corpora.place,
        corpora.dataset,
        corpora.clips as clips_printed,
        corpora.speakers as speakers_printed,
        corpora.hours as hours_printed,
        corpora.emotions as emotions_printed,
        coalesce(data_counts.has_train, true) as has_all_parts,
        data_counts.clips,
        data_counts.clips_in_folds,
        data_counts.clips_with_length,
        data_counts.clips_labelled,
        data_counts.raw_labels,
        data_counts.classes,
        data_counts.labels_of_no_emotion,
        data_counts.speakers,
        data_counts.hours,
        data_counts.folds,
        data_counts.cell_spread,
        data_counts.test_speakers,
        data_counts.test_speakers_in_train,
        data_counts.source
    from corpora
    inner join data_counts
        on
            corpora.document = data_counts.document
            and corpora.dataset = data_counts.dataset
),

measured as (
    select
        *,
        unnest(['clips', 'speakers', 'hours']) as measure
    from described
),

measures as (
    select
        document,
        place,
        dataset,
        has_all_parts,
        source,
        measure,
        case measure
            when 'clips' then clips_printed
            when 'speakers' then speakers_printed
            when 'hours' then hours_printed
        end::double as claimed,
        case
            when measure = 'clips' then clips
            when measure = 'speakers' then speakers
            -- Of a list that lacks lengths there is no sum.
            when clips_with_length = clips then hours
        end::double as found
    from measured
),

count_checks as (
    select
        document,
        place,
        'table against data: ' || measure as kind,
        dataset as subject,
        claimed,
        'equals' as relation,
        -- A list without its training part has nothing to hold a total against.
        case when has_all_parts then found end as found_low,
        case when has_all_parts then found end as found_high,
        case when measure = 'hours' then 0.05 else 0 end as tolerance,
        {{ shown('claimed', 1) }}
        || ' printed, '
        || coalesce({{ shown('found', 2) }}, 'nothing')
        || ' in the data'
            as arithmetic,
        case when has_all_parts then source else source || '; the training part is not in the list' end
            as comment
    from measures
    where
        claimed is not null
        and found is not null
),

-- What a corpus' emotions are can be counted in three ways; any of them is good enough.
classed as (
    select
        *,
        case
            when emotions_printed in (raw_labels, classes - labels_of_no_emotion) then emotions_printed
            else classes
        end as found
    from described
    where classes is not null
),

class_checks as (
    select
        document,
        place,
        'table against data: emotions' as kind,
        dataset as subject,
        emotions_printed as claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        0 as tolerance,
        emotions_printed || ' printed, ' || coalesce(raw_labels || ' raw labels, ', '') || classes
        || ' after the label map' || case
            when
                labels_of_no_emotion > 0
                then ', ' || labels_of_no_emotion || ' of them name no emotion'
            else ''
        end as arithmetic,
        source as comment
    from classed
),

label_checks as (
    select
        document,
        'text, section 2.1' as place,
        'every clip has a label' as kind,
        dataset as subject,
        clips as claimed,
        'equals' as relation,
        clips_labelled as found_low,
        clips_labelled as found_high,
        0 as tolerance,
        clips || ' clips, ' || clips_labelled || ' with a label' as arithmetic,
        source as comment
    from described
    where clips_labelled is not null
),

coverage_checks as (
    select
        document,
        'text, section 2.2' as place,
        'every clip is in a fold' as kind,
        dataset as subject,
        clips as claimed,
        'equals' as relation,
        clips_in_folds as found_low,
        clips_in_folds as found_high,
        0 as tolerance,
        clips || ' clips, ' || clips_in_folds || ' in a fold' as arithmetic,
        source as comment
    from described
    where clips_in_folds is not null
),

-- Section 2.2: 25 % of each emotion are for testing with fewer than 4 speakers, or with emotions
-- unbalanced among them; else 4, 5 and 6 speakers make as many folds, and more make 4, each of
-- other speakers. What "balanced" means is not defined: where no emotion differs by more than a
-- clip between speakers it is balanced beyond doubt, else both ways are allowed.
ruled as (
    select
        described.*,
        claims.kind as exception,
        case
            when described.speakers_printed < 4 then 1 when
                described.speakers_printed <= 6
                then described.speakers_printed
            else 4
        end
            as folds_if_balanced,
        case
            when claims.kind = 'speaker_dependent' or described.speakers_printed < 4 then false
            -- Balance between other speakers than the paper counts says nothing.
            when described.cell_spread <= 1 and described.speakers = described.speakers_printed then true
        end as must_leave_speakers_out
    from described
    left join claims
        on
            described.document = claims.document
            and described.dataset = claims.subject
    where
        described.folds is not null
        and claims.kind is distinct from 'official_split'
),

fold_checks as (
    select
        document,
        'text, section 2.2' as place,
        'number of folds' as kind,
        dataset as subject,
        case
            when speakers_printed is null then null
            when must_leave_speakers_out then folds_if_balanced
            when not must_leave_speakers_out then 1
            when folds = 1 then 1
            else folds_if_balanced
        end as claimed,
        'equals' as relation,
        folds as found_low,
        folds as found_high,
        0 as tolerance,
        coalesce(speakers_printed::varchar, 'unknown') || ' speakers, emotions '
        || case
            when must_leave_speakers_out then 'balanced among them: the rule gives ' || folds_if_balanced
            when not must_leave_speakers_out then 'not to be balanced: the rule gives 1'
            else 'balanced or not: the rule gives ' || folds_if_balanced || ' or 1'
        end || '; the data have ' || folds as arithmetic,
        source as comment
    from ruled
),

-- Several folds, and one where the rule asks for several, must not share speakers.
leak_checks as (
    select
        document,
        'text, section 2.2' as place,
        'no speaker in training and test' as kind,
        dataset as subject,
        0 as claimed,
        'equals' as relation,
        test_speakers_in_train as found_low,
        test_speakers_in_train as found_high,
        0 as tolerance,
        'of ' || test_speakers || ' speakers in test folds, ' || test_speakers_in_train
        || ' are also in the training part of the same fold' as arithmetic,
        source as comment
    from ruled
    where
        test_speakers_in_train is not null
        and (folds > 1 or must_leave_speakers_out)
),

shares as (
    select
        folds.document,
        folds.dataset,
        folds.emotion,
        sum(folds.clips) as clips,
        coalesce(sum(folds.clips) filter (where folds.part = 'test'), 0) as test_clips
    from folds
    inner join ruled
        on
            folds.document = ruled.document
            and folds.dataset = ruled.dataset
    where
        ruled.folds = 1
        and ruled.has_all_parts
        -- Where labels are missing, that is another check's finding.
        and ruled.clips_labelled is not distinct from ruled.clips
        and folds.emotion is not null
    group by
        folds.document,
        folds.dataset,
        folds.emotion
),

-- The emotion that is farthest from 25 % stands for the corpus.
share_checks as (
    select
        document,
        'text, section 2.2' as place,
        'a quarter of each emotion is for testing' as kind,
        dataset as subject,
        clips / 4 as claimed,
        'equals' as relation,
        test_clips as found_low,
        test_clips as found_high,
        1 as tolerance,
        'a quarter of ' || clips || ' clips of ' || emotion || ' = ' || {{ shown('clips / 4', 2) }}
        || ', for testing are ' || test_clips as arithmetic,
        'the emotion that is farthest from it; a split by the corpus'' authors need not follow the rule'
            as comment
    from shares
    qualify row_number() over (
        partition by document, dataset
        order by abs(test_clips - clips / 4) desc, emotion
    ) = 1
),

labels as (
    select
        document,
        dataset,
        count(*) as emotions
    from label_counts
    group by
        document,
        dataset
),

-- The later document is held against the earlier.
pairs as (
    select
        later.document,
        later.place,
        later.dataset,
        later.clips,
        earlier.clips as earlier_clips,
        earlier.document as earlier_document,
        coalesce(labels.emotions, later.emotions) as emotions,
        earlier.emotions as earlier_emotions
    from corpora as later
    inner join documents as later_document
        on later.document = later_document.document
    inner join corpora as earlier
        on
            later.dataset = earlier.dataset
            and later.document != earlier.document
    inner join documents as earlier_document
        on
            earlier.document = earlier_document.document
            and later_document.year > earlier_document.year
    left join labels
        on
            later.document = labels.document
            and later.dataset = labels.dataset
),

measured_pairs as (
    select
        *,
        unnest(['clips', 'emotions']) as measure
    from pairs
),

pair_measures as (
    select
        document,
        place,
        dataset,
        earlier_document,
        measure,
        case measure when 'clips' then clips else emotions end as claimed,
        case measure when 'clips' then earlier_clips else earlier_emotions end as found
    from measured_pairs
),

pair_checks as (
    select
        document,
        place,
        'two documents: ' || measure as kind,
        dataset || ' in ' || earlier_document as subject,
        claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        0 as tolerance,
        claimed || ' here, ' || found || ' there' as arithmetic,
        'they need not be wrong: results on this corpus are over different clips or classes where they differ'
            as comment
    from pair_measures
    where
        claimed is not null
        and found is not null
),

checks as (
    select * from count_checks
    union all by name
    select * from class_checks
    union all by name
    select * from label_checks
    union all by name
    select * from coverage_checks
    union all by name
    select * from fold_checks
    union all by name
    select * from leak_checks
    union all by name
    select * from share_checks
    union all by name
    select * from pair_checks
)

{{ audited('checks') }}
