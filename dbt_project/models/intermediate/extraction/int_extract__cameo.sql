-- CAMEO's rule: per label the sum of the ratios that reach the threshold, and the label with the
-- highest sum. What the paper leaves open is decided here and visible in `status`: labels that tie are
-- ordered alphabetically (sums are compared to nine digits, since their last bits depend on the order
-- of adding), and an answer in which no word reaches the threshold has no label. An answer that is a
-- label scores 1 by the same rule. The sums are added up in Python (label_votes), once for all
-- variants: as rows, ten variants of a million answers are a hundred million.
with

-- A hash stands for the labels: variants by the million are joined with their candidates.
answers as (
    select
        answers.answer_id,
        answers.labels,
        hash(answers.labels) as label_set,
        {{ is_on_offer('texts.text', 'answers.labels') }} as is_label
    from {{ ref('int_answers') }} as answers
    inner join {{ ref('int_texts') }} as texts
        on answers.text_id = texts.text_id
),

label_sets as (
    select distinct labels
    from answers
),

candidates as (
    select
        hash(labels) as label_set,
        list_sort(string_split(labels, '|')) as sorted_labels
    from label_sets
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

-- An answer without any vote has empty lists, and so a row like all others.
counted as (
    select
        answers.answer_id,
        answers.label_set,
        answers.is_label,
        label_votes(
            coalesce(votes.places, []::integer[]),
            coalesce(votes.ratios, []::double[]),
            thresholds.thresholds
        ) as variants
    from answers
    cross join thresholds
    left join votes
        on answers.answer_id = votes.answer_id
),

variants as (
    select
        answer_id,
        label_set,
        is_label,
        unnest(variants) as variant,
        generate_subscripts(variants, 1) as number
    from counted
),

int_extract__cameo as (
    select
        variants.answer_id,
        extractions.extraction,
        case
            when variants.variant.place >= 0 then candidates.sorted_labels[variants.variant.place + 1]
        end as label,
        {{ printed('variants.variant.score') }} as score,
        {{ printed('variants.variant.margin') }} as margin,
        case
            when variants.variant.place < 0 then 'unmatched'
            when variants.is_label then 'exact'
            when round(variants.variant.margin, 9) = 0 then 'tie'
            else 'fuzzy'
        end as status
    from variants
    inner join extractions
        on variants.number = extractions.number
    inner join candidates
        on variants.label_set = candidates.label_set
)

select * from int_extract__cameo
