-- The most probable candidate. Unlike the other methods this one reads no text, so it has a row per
-- run and clip, of the runs that stored log-probabilities at all. Labels that tie are ordered
-- alphabetically.
with

probabilities as (
    select
        *,
        list_reverse_sort(probabilities) as ranked
    from {{ ref('int_label_probabilities') }}
),

extractions as (
    select extraction
    from {{ ref('extractions') }}
    where method = 'logprob'
),

chosen as (
    select
        * exclude (candidates, probabilities, ranked),
        {{ most_probable('candidates', 'probabilities', 'ranked') }} as label,
        coalesce(ranked[1], 0) as score,
        coalesce(ranked[1] - coalesce(ranked[2], 0), 0) as margin
    from probabilities
),

int_extract__logprob as (
    select
        chosen.run_id,
        chosen.file_id,
        chosen.dataset,
        chosen.language,
        chosen.synthetic,
        chosen.group_id,
        chosen.emotion,
        chosen.answer_id,
        extractions.extraction,
        chosen.label,
        chosen.score,
        chosen.margin,
        case
            when chosen.label is null and chosen.answer_id is null then 'error'
            when chosen.label is null then 'unmatched'
            when round(chosen.margin, 9) = 0 then 'tie'
            else 'exact'
        end as status
    from chosen
    cross join extractions
)

select * from int_extract__logprob
