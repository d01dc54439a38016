{#- The number of an answer, a hash of what was said and what was on offer: rows find their answer
    without comparing texts. Two texts with one number would stop the build (int_answers).
    NULL for an error, which is no answer. -#}
{% macro answer_id(predictions) -%}
    case
        when {{ predictions }}.raw_text is not null
            then hash({{ predictions }}.labels, {{ predictions }}.raw_text)
    end
{%- endmacro %}
