{#- An answer as the extractions see it: composed, lower case, words of letters, marks, digits and
    underscores with one space between. RE2's \w knows ASCII only, hence the classes; marks belong
    to words, or every Bengali vowel sign would end one. -#}
{% macro normalise_text(column) -%}
    trim(regexp_replace(lower(nfc_normalize({{ column }})), '[^\p{L}\p{M}\p{N}_]+', ' ', 'g'))
{%- endmacro %}
