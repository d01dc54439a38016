-- Every metric of every slice, one column each.
with

counts as (
    select * from {{ ref('int_class_counts') }}
),

int_metrics as (
    select
        slice,
        run_id,
        extraction,
        synthetic,
        {%- for dimension in slice_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        {%- for metric, expression in metric_definitions().items() %}
        {{ expression }} as {{ metric }},
        {%- endfor %}
        sum(support)::bigint as n
    from counts
    group by
        slice,
        {%- for dimension in slice_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        run_id,
        extraction,
        synthetic
)

select * from int_metrics
