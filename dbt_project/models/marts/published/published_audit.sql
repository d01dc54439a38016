-- Every check that was made of the published documents: what they print, held against their other
-- figures, their data and each other.
with

checks as (
    {%- for topic in [
        'totals', 'averages', 'claims', 'ranks', 'ratios', 'shares', 'bounds', 'recalls', 'data', 'recognition'
    ] %}
    select
        '{{ topic }}' as topic,
        *
    from {{ ref('int_audit__' ~ topic) }}
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}
)

select
    document,
    place,
    topic,
    kind,
    subject,
    claimed,
    -- What was found, where it is one value; of a range, the value in it that is nearest to the claim.
    case
        when found_low is null and found_high is null then null
        when found_low = found_high then found_low
        else claimed - difference
    end as found,
    found_low,
    found_high,
    difference,
    tolerance,
    relation,
    verdict,
    arithmetic,
    comment,
    {{ as_of() }} as as_of
from checks
order by
    case verdict when 'contradicts' then 0 when 'cannot be checked' then 1 else 2 end,
    document,
    topic,
    kind,
    subject
