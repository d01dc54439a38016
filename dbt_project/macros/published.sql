{#- Half a unit of the last digit of a number as printed: how far the true value may be from it.
    `value` is the number as a fraction, so a value of 0.6759 printed as 67.59 has 0.00005. Text
    that is no number (23/32, one-third) is exact here; a check that knows better says so. -#}
{% macro half_unit(printed, value) -%}
    case
        when regexp_full_match({{ printed }}, '\d+(\.\d+)?')
            then
                0.5 * pow(10, -length(split_part({{ printed }}, '.', 2)))
                * case when abs({{ value }} - try_cast({{ printed }} as double)) < 1e-9 then 1 else 0.01 end
        when regexp_matches({{ printed }}, '\d+(\.\d+)?%')
            then
                0.005 * pow(
                    10, -length(split_part(regexp_extract({{ printed }}, '(\d+(\.\d+)?)%', 1), '.', 2))
                )
        else 0
    end
{%- endmacro %}

{#- The end of every audit model: the rows of `checks` with their verdict. A check has
    document, place, kind, subject, claimed, relation, found_low, found_high, tolerance, arithmetic,
    comment. What was found is a range (one value is a range of no width; NULL at one end is no
    bound there, at both ends nothing that the claim can be held against). `relation`:
    - equals: the claim is a number that lies somewhere in the range. Outside it contradicts; inside
      it agrees only where the range is one value, else it cannot be checked.
    - over: the claim is a lower limit of a number that lies in the range.
    - bounded: the claim must lie in the range, which follows from other figures: outside it
      contradicts them, inside it agrees with them.
    The tolerance is what rounding can explain, at worst. -#}
{% macro audited(checks) -%}
select
    document,
    place,
    kind,
    subject,
    claimed::double as claimed,
    relation,
    -- Nine digits: sums of binary fractions are not quite the sums of the decimals that were printed.
    round(found_low::double, 9) as found_low,
    round(found_high::double, 9) as found_high,
    round(case
        when claimed is null or (found_low is null and found_high is null) then null
        when relation = 'over' and found_low >= claimed then 0
        when relation = 'over' and found_high < claimed then claimed - found_high
        when relation = 'over' then 0
        else coalesce(greatest(claimed - found_high, 0), 0) - coalesce(greatest(found_low - claimed, 0), 0)
    end::double, 9) as difference,
    round(tolerance::double, 9) as tolerance,
    case
        when claimed is null or (found_low is null and found_high is null) then 'cannot be checked'
        when relation = 'over'
            then
                case
                    when found_high < claimed - tolerance - 1e-9 then 'contradicts'
                    when found_low >= claimed - tolerance - 1e-9 then 'agrees'
                    else 'cannot be checked'
                end
        when
            coalesce(claimed > found_high + tolerance + 1e-9, false)
            or coalesce(claimed < found_low - tolerance - 1e-9, false)
            then 'contradicts'
        when relation = 'bounded' or abs(found_high - found_low) < 1e-9 then 'agrees'
        else 'cannot be checked'
    end as verdict,
    arithmetic,
    comment
from {{ checks }}
{%- endmacro %}

{#- A number as the arithmetic of a check shows it. -#}
{% macro shown(value, digits=4) -%}
    printf('%.{{ digits }}f', ({{ value }})::double)
{%- endmacro %}
