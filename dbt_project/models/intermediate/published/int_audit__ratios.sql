-- Printed Levenshtein ratios, and the scores summed from them, against the indel ratio.
with

ratios as (
    select
        *,
        {{ half_unit('printed', 'value') }}::double as half_unit
    from {{ ref('published_ratios') }}
),

thresholds as (
    select
        document,
        place,
        value,
        printed
    from {{ ref('published_results') }}
    where metric = 'threshold'
),

words as (
    select
        *,
        indel_ratio(word, label) as ratio
    from ratios
    where word is not null
),

sums as (
    select
        scores.document,
        scores.place,
        scores.label,
        scores.value,
        scores.half_unit,
        scores.printed,
        thresholds.printed as threshold,
        coalesce(sum(words.ratio) filter (where words.ratio >= thresholds.value), 0) as score
    from ratios as scores
    inner join thresholds
        on scores.document = thresholds.document
    left join words
        on
            scores.document = words.document
            and scores.place = words.place
            and scores.label = words.label
    where scores.word is null
    group by all
),

lowest as (
    select
        document,
        place,
        min(value) as value,
        arg_min(printed, value) as printed,
        arg_min(word || ' and ' || label, value) as pair,
        max(half_unit) as half_unit
    from words
    where place = 'Table 3'
    group by
        document,
        place
),

checks as (
    select
        document,
        place,
        'ratio of two words' as kind,
        word || ' and ' || label as subject,
        value as claimed,
        'equals' as relation,
        ratio as found_low,
        ratio as found_high,
        half_unit as tolerance,
        printed || ' printed, 2·LCS / (' || length(word) || ' + ' || length(label) || ') = '
        || {{ shown('ratio', 6) }} as arithmetic,
        null::varchar as comment
    from words
    union all by name
    select
        document,
        place,
        'score of a label' as kind,
        label as subject,
        value as claimed,
        'equals' as relation,
        score as found_low,
        score as found_high,
        half_unit as tolerance,
        printed || ' printed, ratios of at least ' || threshold || ' sum to ' || {{ shown('score', 6) }}
            as arithmetic,
        null::varchar as comment
    from sums
    union all by name
    select
        thresholds.document,
        thresholds.place,
        'threshold below every pair it was chosen for' as kind,
        'threshold' as subject,
        thresholds.value as claimed,
        'bounded' as relation,
        null as found_low,
        lowest.value as found_high,
        lowest.half_unit as tolerance,
        thresholds.printed || ' against the lowest ratio, ' || lowest.printed || ' (' || lowest.pair || ')'
            as arithmetic,
        null::varchar as comment
    from thresholds
    inner join lowest
        on thresholds.document = lowest.document
)

{{ audited('checks') }}
