-- CAMEO's rule: the label with the highest aggregated score. What the paper leaves open is decided
-- here and visible in `status`: labels that tie are ordered alphabetically (sums are compared to
-- nine digits, since their last bits depend on the order of adding), and an answer in which no
-- word reaches the threshold has no label. An answer that is a label scores 1 by the same rule.
with

answers as (
    select
        answer_id,
        labels,
        text
    from {{ ref('int_answers') }}
),

extractions as (
    select extraction
    from {{ ref('extractions') }}
    where method = 'cameo'
),

votes as (
    select * from {{ ref('int_cameo_votes') }}
),

ranked as (
    select
        answer_id,
        extraction,
        arg_min(label, struct_pack(distance := -round(score, 9), label := label)) as label,
        max(score, 2) as scores
    from votes
    group by
        answer_id,
        extraction
),

int_extract__cameo as (
    select
        answers.answer_id,
        extractions.extraction,
        ranked.label,
        coalesce(ranked.scores[1], 0) as score,
        coalesce(ranked.scores[1] - coalesce(ranked.scores[2], 0), 0) as margin,
        case
            when ranked.label is null then 'unmatched'
            when list_contains(string_split(answers.labels, '|'), answers.text) then 'exact'
            when round(ranked.scores[1] - ranked.scores[2], 9) = 0 then 'tie'
            else 'fuzzy'
        end as status
    from answers
    cross join extractions
    left join ranked
        on
            answers.answer_id = ranked.answer_id
            and extractions.extraction = ranked.extraction
)

select * from int_extract__cameo
