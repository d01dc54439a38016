{#- Every metric: its expression over the per-class counts of a slice (int_class_counts), one row
    per class that is present in the slice's truth. To add one, add a row; it then is in the mart
    `metrics`, described by its definition. -#}
{% macro metric_definitions() -%}
    {{ return({
        'macro_f1': 'avg(f1)',
        'weighted_f1': 'sum(f1 * support) / sum(support)',
        'accuracy': 'sum(hits) / sum(support)',
        'uar': 'avg(recall)',
        'answered_rate': 'sum(answered) / sum(support)',
    }) }}
{%- endmacro %}

{#- The slices that metrics are computed over: name → dimensions, always within run, extraction
    and kind of speech (synthetic or not). -#}
{% macro metric_slices() -%}
    {{ return({
        'all': [],
        'dataset': ['dataset'],
        'language': ['language'],
        'dataset_language': ['dataset', 'language'],
    }) }}
{%- endmacro %}

{% macro metric_columns() -%}
    {{ return(metric_definitions().keys() | list) }}
{%- endmacro %}

{#- GROUPING SETS over all slices, each crossed with `class`. -#}
{% macro slice_grouping_sets(class) -%}
    grouping sets (
        {%- for dimensions in metric_slices().values() %}
        (run_id, system, temperature, extraction, synthetic, {% for d in dimensions %}{{ d }}, {% endfor %}{{ class }})
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- The name of the slice that a row of those GROUPING SETS belongs to. -#}
{% macro slice_name() -%}
    case
        {%- for name, dimensions in metric_slices().items() %}
        when grouping(dataset) = {{ 0 if 'dataset' in dimensions else 1 }}
            and grouping(language) = {{ 0 if 'language' in dimensions else 1 }}
            then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}
