{#- The extraction methods that read texts. A method is a model int_extract__<name> with the columns
    of int_extractions; seeds/extractions.csv names its variants (threshold, default).
    `logprob`, which reads no text, is int_extract__logprob and joins in later. -#}
{% macro extraction_methods() -%}
    {{ return(['exact', 'cameo']) }}
{%- endmacro %}
