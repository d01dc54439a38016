-- Why: the value is what is computed with, the characters are what was read; one that was mistyped
-- would be a finding that is none. A row is a number that is not what is printed: the number itself,
-- a percentage of it, or a fraction a/b. (Words, such as "one-third", cannot be held against it.)
with

results as (
    select
        document,
        place,
        row_printed,
        value,
        printed,
        try_cast(regexp_extract(printed, '\d+(\.\d+)?') as double) as number,
        try_cast(regexp_extract(printed, '^(\d+)/(\d+)$', 1) as double)
        / try_cast(regexp_extract(printed, '^(\d+)/(\d+)$', 2) as double) as quotient
    from {{ ref('published_results') }}
),

ratios as (
    select
        document,
        place,
        label as row_printed,
        value,
        printed,
        try_cast(printed as double) as number,
        null::double as quotient
    from {{ ref('published_ratios') }}
),

numbers as (
    select * from results
    union all by name
    select * from ratios
)

select *
from numbers
where
    (printed like '%/%' and not coalesce(abs(value - quotient) < 1e-9, false))
    or (printed like '%\%' escape '\' and not coalesce(abs(value - number / 100) < 1e-9, false))
    or (
        regexp_full_match(printed, '\d+(\.\d+)?')
        and not coalesce(least(abs(value - number), abs(value - number / 100)) < 1e-9, false)
    )
    or (value is null) != (printed is null)
