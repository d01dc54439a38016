-- How often a model is said to be among the first k, against the table. Cells that are cut off in
-- the text at hand, and numbers that rounding makes equal, may stand in any order: a range.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
),

claims as (
    select
        *,
        try_cast(regexp_extract(metric, '^top(\d+)_', 1) as integer) as k,
        case when metric like '%_pairs' then 'Table 5' else 'Table 4' end as about
    from numbers
    where regexp_matches(metric, '^top\d+_')
),

tasks as (
    select *
    from numbers
    where
        metric not like 'top%'
        and model is not null
        and dataset is not null
),

places as (
    select
        led.document,
        led.place,
        led.metric,
        led.dataset,
        led.train_dataset,
        led.model,
        1 + count(*) filter (where others.value > led.value + led.half_unit + others.half_unit + 1e-9)
            as best_place,
        count(*) filter (
            where
            led.value is null
            or others.value is null
            or others.value >= led.value - led.half_unit - others.half_unit - 1e-9
        )
        + 1 as worst_place
    from tasks as led
    inner join tasks as others
        on
            led.document = others.document
            and led.place = others.place
            and led.metric = others.metric
            and led.dataset = others.dataset
            and led.train_dataset is not distinct from others.train_dataset
            and led.model != others.model
    group by
        led.document,
        led.place,
        led.metric,
        led.dataset,
        led.train_dataset,
        led.model
),

counts as (
    select
        claims.document,
        claims.place,
        claims.model,
        claims.k,
        claims.value,
        claims.printed,
        claims.about,
        places.metric,
        count(*) as n,
        count(*) filter (where places.worst_place <= claims.k) as at_least,
        count(*) filter (where places.best_place <= claims.k) as at_most
    from claims
    inner join places
        on
            claims.document = places.document
            and claims.about = places.place
            and claims.model = places.model
    group by
        claims.document,
        claims.place,
        claims.model,
        claims.k,
        claims.value,
        claims.printed,
        claims.about,
        places.metric
),

checks as (
    select
        document,
        place,
        'times among the first' as kind,
        model || ', first ' || k || ' in ' || about as subject,
        round(any_value(value) * any_value(n)) as claimed,
        'equals' as relation,
        -- The text does not say by which of the metrics.
        min(at_least) as found_low,
        max(at_most) as found_high,
        0 as tolerance,
        'printed ' || any_value(printed) || '; of ' || any_value(n) || ', '
        || string_agg(
            'by ' || metric || ' '
            || case when at_least = at_most then at_least::varchar else at_least || ' to ' || at_most end,
            ', ' order by metric
        ) as arithmetic,
        case
            when
                count(*) > 1
                then
                    'the metric is not said; ranges are due to cells that are cut off and to equal digits'
        end as comment
    from counts
    group by
        document,
        place,
        model,
        k,
        about
)

{{ audited('checks') }}
