{#- The band of an age that corpora give as text: tens of years for a number, else the corpus' own
    words (MESD says child and adult). What tables call "nan" is not known, though a cast makes a
    number of it. -#}
{% macro age_band(column) -%}
    case
        when lower(trim({{ column }})) in ('', 'nan') then null
        when not coalesce(isfinite(try_cast({{ column }} as double)), false) then lower(trim({{ column }}))
        when try_cast({{ column }} as double) < 18 then 'under 18'
        when try_cast({{ column }} as double) < 30 then '18-29'
        when try_cast({{ column }} as double) < 40 then '30-39'
        when try_cast({{ column }} as double) < 50 then '40-49'
        when try_cast({{ column }} as double) < 60 then '50-59'
        else '60 and over'
    end
{%- endmacro %}
