-- Which slices the clips of a band count in: a slice by gender or age band covers the clips for which
-- that is known. The slice by speaker is no sum of bands and is not here.
{%- set dimensions = ['dataset', 'language', 'gender', 'age_band'] %}
with

bands as (
    select distinct
        band_id,
        synthetic,
        {{ dimensions | join(', ') }}
    from {{ ref('int_groups') }}
),

slices as (
    {%- for slice, properties in metric_slices().items() if slice != 'speaker' %}
    select
        '{{ slice }}' as slice,
        band_id,
        synthetic,
        {%- for dimension in dimensions %}
        {{ dimension if dimension in properties else 'null' }} as {{ dimension }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from bands
    where
        true
        {%- for dimension in properties if dimension in ('gender', 'age_band') %}
        and {{ dimension }} is not null
        {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

int_slices as (
    select
        dense_rank() over (order by slice, synthetic, {{ dimensions | join(', ') }})::integer as slice_id,
        *
    from slices
)

select * from int_slices
