{#- The extraction methods that read texts. A method is a model int_extract__<name> with the columns
    of int_extractions; seeds/extractions.csv names its variants (threshold, default). -#}
{% macro extraction_methods() -%}
    {{ return(['exact', 'cameo', 'robust']) }}
{%- endmacro %}

{#- Those that read something else of a prediction, so that they have a row per run and clip: their
    models are int_extract__<name> with the columns of int_extract__logprob. -#}
{% macro prediction_methods() -%}
    {{ return(['logprob']) }}
{%- endmacro %}
