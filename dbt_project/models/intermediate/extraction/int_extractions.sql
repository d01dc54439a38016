-- What every extraction that reads texts reads in every distinct answer. A view, since the extractions
-- are tables already.
{{ config(materialized='view') }}

with

int_extractions as (
    {%- for method in extraction_methods() %}
    select
        answer_id,
        extraction,
        label,
        score,
        margin,
        status
    from {{ ref('int_extract__' ~ method) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from int_extractions
