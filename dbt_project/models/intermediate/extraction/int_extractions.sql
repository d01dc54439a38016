-- What every extraction that reads texts reads in every distinct answer. In the order in which
-- people ask: one extraction at a time.
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
order by extraction
