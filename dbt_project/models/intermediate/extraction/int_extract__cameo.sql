-- CAMEO's rule: per label the sum of the ratios that reach the threshold, and the label with the
-- highest sum. What the paper leaves open is decided here and visible in `status`: labels that tie are
-- ordered alphabetically (sums are compared to nine digits, since their last bits depend on the order
-- of adding), and an answer in which no word reaches the threshold has no label. An answer that is a
-- label scores 1 by the same rule. The sums are added up in Python (label_votes), once for all
-- variants: as rows, ten variants of a million answers are a hundred million.
with

answers as (
    select
        answers.answer_id,
        answers.labels,
        contains('|' || answers.labels || '|', '|' || texts.text || '|') as is_label
    from {{ ref('int_answers') }} as answers
    inner join {{ ref('int_texts') }} as texts
        on answers.text_id = texts.text_id
),

extractions as (
    select
        extraction,
        threshold,
        row_number() over (order by extraction) as number
    from {{ ref('extractions') }}
    where method = 'cameo'
),

thresholds as (
    select list(threshold order by number) as thresholds
    from extractions
),

votes as (
    select * from {{ ref('int_cameo_votes') }}
),

counted as (
    select
        votes.answer_id,
        label_votes(votes.places, votes.ratios, thresholds.thresholds) as variants
    from votes
    cross join thresholds
),

variants as (
    select
        answer_id,
        unnest(variants) as variant,
        generate_subscripts(variants, 1) as number
    from counted
),

chosen as (
    select
        answers.answer_id,
        extractions.extraction,
        list_sort(string_split(answers.labels, '|'))[variants.variant.place + 1] as label,
        {{ printed('variants.variant.score') }} as score,
        {{ printed('variants.variant.margin') }} as margin,
        case
            when answers.is_label then 'exact'
            when round(variants.variant.margin, 9) = 0 then 'tie'
            else 'fuzzy'
        end as status
    from variants
    inner join extractions
        on variants.number = extractions.number
    inner join answers
        on variants.answer_id = answers.answer_id
    where variants.variant.place >= 0
),

unmatched as (
    select
        answers.answer_id,
        extractions.extraction,
        null as label,
        0 as score,
        0 as margin,
        'unmatched' as status
    from answers
    cross join extractions
    left join chosen
        on
            answers.answer_id = chosen.answer_id
            and extractions.extraction = chosen.extraction
    where chosen.answer_id is null
),

int_extract__cameo as (
    select * from chosen
    union all
    select * from unmatched
)

select * from int_extract__cameo
