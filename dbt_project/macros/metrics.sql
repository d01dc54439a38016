{#- Every metric: its expression over the per-class counts of a slice (int_class_counts): one row per
    class that is in the slice's truth (support > 0), was predicted (predicted > 0) or was on offer
    (offered). To add one, add a row; it then is in the mart `metrics`, described by its definition. -#}
{% macro metric_definitions() -%}
    {{ return({
        'macro_f1': 'avg(f1) filter (where support > 0)',
        'macro_f1_candidates': 'avg(f1) filter (where offered)',
        'macro_f1_seen': 'avg(f1) filter (where support > 0 or predicted > 0)',
        'weighted_f1': 'sum(f1 * support) / sum(support)',
        'accuracy': 'sum(hits) / sum(support)',
        'uar': 'avg(recall) filter (where support > 0)',
        'answered_rate': 'sum(answered) / sum(support)',
    }) }}
{%- endmacro %}

{#- What clips can be told apart by. -#}
{% macro slice_dimensions() -%}
    {{ return(['dataset', 'language', 'gender', 'age_band', 'speaker_id']) }}
{%- endmacro %}

{#- The slices that metrics are computed over: name → dimensions, always within run, extraction
    and kind of speech (synthetic or not). A slice by gender, age band or speaker covers the clips
    for which that is known. -#}
{% macro metric_slices() -%}
    {{ return({
        'all': [],
        'dataset': ['dataset'],
        'language': ['language'],
        'dataset_language': ['dataset', 'language'],
        'gender': ['gender'],
        'age_band': ['age_band'],
        'dataset_gender': ['dataset', 'gender'],
        'dataset_age_band': ['dataset', 'age_band'],
        'language_gender': ['language', 'gender'],
        'language_age_band': ['language', 'age_band'],
        'speaker': ['dataset', 'language', 'gender', 'age_band', 'speaker_id'],
    }) }}
{%- endmacro %}

{#- The slices whose figures get an interval, and whose groups are compared. -#}
{% macro interval_slices() -%}
    {{ return(['all', 'dataset', 'language', 'gender', 'age_band', 'dataset_gender']) }}
{%- endmacro %}

{% macro metric_columns() -%}
    {{ return(metric_definitions().keys() | list) }}
{%- endmacro %}
