-- Shares that a text prints against the counts that it, or the data it describes, give.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
    where metric = 'share_of_clips'
),

corpora as (
    select * from {{ ref('published_corpora') }}
    where
        dataset is not null
        and clips_per_cell is null
),

label_ranges as (
    select * from {{ ref('int_published_label_ranges') }}
),

label_counts as (
    select * from {{ ref('published_label_counts') }}
),

emotions as (
    select * from {{ ref('emotions') }}
),

data_counts as (
    select * from {{ ref('published_data_counts') }}
),

clips as (
    select
        document,
        sum(clips) as clips
    from corpora
    group by document
),

languages as (
    select
        document,
        language,
        sum(clips) as clips
    from corpora
    group by
        document,
        language
),

language_shares as (
    select
        numbers.document,
        numbers.place,
        'share of a language' as kind,
        numbers.row_printed as subject,
        numbers.value as claimed,
        'equals' as relation,
        languages.clips / clips.clips as found_low,
        languages.clips / clips.clips as found_high,
        -- "Approximately one-third" has no digits: a hundredth is taken for it.
        case when numbers.half_unit = 0 then 0.01 else numbers.half_unit end as tolerance,
        numbers.printed || ' printed, ' || languages.clips || ' / ' || clips.clips || ' = '
        || {{ shown('languages.clips / clips.clips') }} as arithmetic,
        null::varchar as comment
    from numbers
    inner join languages
        on
            numbers.document = languages.document
            and numbers.language = languages.language
    inner join clips
        on numbers.document = clips.document
),

-- Of a corpus with several labels that were not counted, the left over clips belong to primary
-- emotions between none (but one clip each) and all (but one clip of each other label).
primary_emotions as (
    select
        label_ranges.document,
        label_ranges.dataset,
        count(*) filter (where label_ranges.clips_min < label_ranges.clips_max) as open_labels,
        count(*) filter (where label_ranges.clips_min < label_ranges.clips_max and emotions.is_primary)
            as open_primary,
        coalesce(sum(label_ranges.clips_min) filter (where emotions.is_primary), 0) as at_least,
        max(label_ranges.clips_max) filter (where label_ranges.clips_min < label_ranges.clips_max)
            as most_of_one
    from label_ranges
    inner join emotions
        on label_ranges.emotion = emotions.emotion
    group by
        label_ranges.document,
        label_ranges.dataset
),

primary_range as (
    select
        document,
        sum(at_least) as at_least,
        -- One open primary label can take all that the others need not.
        sum(at_least + case when open_primary > 0 then most_of_one - 1 else 0 end) as at_most
    from primary_emotions
    group by document
),

primary_share as (
    select
        numbers.document,
        numbers.place,
        'share of the primary emotions' as kind,
        numbers.row_printed as subject,
        numbers.value as claimed,
        'over' as relation,
        primary_range.at_least / clips.clips as found_low,
        primary_range.at_most / clips.clips as found_high,
        0 as tolerance,
        numbers.printed || ' printed; ' || primary_range.at_least || ' to ' || primary_range.at_most
        || ' of ' || clips.clips || ' = ' || {{ shown('primary_range.at_least / clips.clips') }} || ' to '
        || {{ shown('primary_range.at_most / clips.clips') }} as arithmetic,
        'a range: of some corpora only six emotions are counted' as comment
    from numbers
    inner join primary_range
        on numbers.document = primary_range.document
    inner join clips
        on numbers.document = clips.document
    where numbers.row_printed = 'seven primary states'
),

unnamed as (
    select
        document,
        sum(clips_without_speaker) as clips
    from data_counts
    group by document
),

speaker_share as (
    select
        numbers.document,
        numbers.place,
        'share of clips with a speaker' as kind,
        numbers.row_printed as subject,
        numbers.value as claimed,
        'equals' as relation,
        1 - unnamed.clips / clips.clips as found_low,
        1 - unnamed.clips / clips.clips as found_high,
        numbers.half_unit as tolerance,
        numbers.printed || ' printed, 1 − ' || unnamed.clips || ' / ' || clips.clips || ' = '
        || {{ shown('1 - unnamed.clips / clips.clips') }} as arithmetic,
        'the corpora whose published splits name no speakers' as comment
    from numbers
    inner join unnamed
        on numbers.document = unnamed.document
    inner join clips
        on numbers.document = clips.document
    where numbers.row_printed = 'speaker identifiers'
),

genders as (
    select
        numbers.document,
        numbers.place,
        annotated.value as annotated,
        annotated.half_unit as annotated_half_unit,
        annotated.printed as annotated_printed,
        sum(numbers.value) as parts,
        sum(numbers.half_unit) as half_unit,
        string_agg(numbers.printed, ' + ' order by numbers.row_printed) as printed
    from numbers
    inner join numbers as annotated
        on
            numbers.document = annotated.document
            and annotated.row_printed = 'gender annotations'
    where numbers.row_printed in ('female speakers', 'male speakers')
    group by all
),

gender_shares as (
    select
        document,
        place,
        'genders against clips with a gender' as kind,
        'read as shares of all clips' as subject,
        annotated as claimed,
        'equals' as relation,
        parts as found_low,
        parts as found_high,
        annotated_half_unit + half_unit as tolerance,
        annotated_printed || ' printed, ' || printed || ' = ' || {{ shown('parts', 3) }} as arithmetic,
        null::varchar as comment
    from genders
    union all by name
    select
        document,
        place,
        'genders against clips with a gender' as kind,
        'read as shares of the clips with a gender' as subject,
        parts as claimed,
        'equals' as relation,
        1 as found_low,
        1 as found_high,
        half_unit as tolerance,
        printed || ' = ' || {{ shown('parts', 3) }} || ', which would have to be 1' as arithmetic,
        'the text says “of these samples”, which the sum refutes: both are shares of all clips' as comment
    from genders
),

known_labels as (
    select
        label_counts.document,
        label_counts.dataset,
        any_value(corpora.place) as place,
        any_value(corpora.clips) as clips,
        sum(label_counts.clips) as counted,
        count(*) filter (where label_counts.clips is null) as uncounted
    from label_counts
    inner join corpora
        on
            label_counts.document = corpora.document
            and label_counts.dataset = corpora.dataset
    group by
        label_counts.document,
        label_counts.dataset
),

label_sums as (
    select
        document,
        place,
        'clips against the labels counted' as kind,
        dataset as subject,
        clips as claimed,
        case when uncounted = 0 then 'equals' else 'bounded' end as relation,
        counted + uncounted as found_low,
        case when uncounted = 0 then counted end as found_high,
        0 as tolerance,
        clips || ' printed, ' || counted || ' counted, ' || uncounted || ' labels not counted' as arithmetic,
        null::varchar as comment
    from known_labels
),

checks as (
    select * from language_shares
    union all by name
    select * from primary_share
    union all by name
    select * from speaker_share
    union all by name
    select * from gender_shares
    union all by name
    select * from label_sums
)

{{ audited('checks') }}
