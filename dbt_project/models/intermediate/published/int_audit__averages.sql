-- Averages against what they are the averages of, and numbers that a document (or a summary of
-- it) prints twice against one another.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
),

averages as (
    select
        printed_average.document,
        printed_average.place,
        coalesce(printed_average.language, printed_average.emotion, 'All') as subject,
        printed_average.value as claimed,
        printed_average.printed,
        avg(parts.value) as found,
        -- The printed average and every part of it are rounded.
        printed_average.half_unit + avg(parts.half_unit) as tolerance,
        string_agg(parts.printed, ', ' order by parts.row_printed) as parts
    from numbers as printed_average
    inner join numbers as parts
        on
            printed_average.document = parts.document
            and printed_average.place = parts.place
            and printed_average.metric = parts.metric
            and printed_average.language is not distinct from parts.language
            and printed_average.emotion is not distinct from parts.emotion
            and parts.model is not null
    where printed_average.row_printed = 'Average'
    group by
        printed_average.document,
        printed_average.place,
        printed_average.language,
        printed_average.emotion,
        printed_average.value,
        printed_average.printed,
        printed_average.half_unit
),

-- A row `Average` has no model; what a summary says of an emotion is that average.
placed as (
    select
        *,
        coalesce(summary_of, document) as told_of,
        summary_of is not null as is_summary
    from numbers
    where
        value is not null
        and train_dataset is null
        and (system is not null or emotion is not null)
),

twice as (
    select
        claims.document,
        claims.place,
        concat_ws(
            ' ', coalesce(claims.model, 'average'), claims.temperature, claims.dataset, claims.language,
            claims.emotion, claims.metric
        ) || ', ' || origin.place as subject,
        claims.value as claimed,
        origin.value as found,
        claims.half_unit + origin.half_unit as tolerance,
        claims.printed || ' printed, ' || origin.place || ' has ' || origin.printed as arithmetic
    from placed as claims
    inner join placed as origin
        on
            claims.told_of = origin.told_of
            and claims.system is not distinct from origin.system
            and claims.temperature is not distinct from origin.temperature
            and claims.dataset is not distinct from origin.dataset
            and claims.language is not distinct from origin.language
            and claims.emotion is not distinct from origin.emotion
            and claims.metric = origin.metric
    -- The paper before its summary, the more digits before the fewer, the later table first:
    -- tables of everything come last.
    where
        not (claims.document = origin.document and claims.place = origin.place)
        and (
            (claims.is_summary and not origin.is_summary)
            or (
                claims.is_summary = origin.is_summary
                and (
                    claims.half_unit > origin.half_unit
                    or (claims.half_unit = origin.half_unit and claims.place < origin.place)
                )
            )
        )
),

checks as (
    select
        document,
        place,
        'average against its parts' as kind,
        subject,
        claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        tolerance,
        printed || ' printed, mean of ' || parts || ' = ' || {{ shown('found', 6) }} as arithmetic,
        null::varchar as comment
    from averages
    union all by name
    select
        document,
        place,
        'the same number in two places' as kind,
        subject,
        claimed,
        'equals' as relation,
        found as found_low,
        found as found_high,
        tolerance,
        arithmetic,
        null::varchar as comment
    from twice
)

{{ audited('checks') }}
