{#- An answer as the extractions see it: composed, lower case, words of letters, marks, digits and
    underscores with one space between. RE2's \w knows ASCII only, hence the classes; marks belong
    to words, or every Bengali vowel sign would end one. -#}
{% macro normalise_text(column) -%}
    trim(regexp_replace(lower({{ composed(column) }}), '[^\p{L}\p{M}\p{N}_]+', ' ', 'g'))
{%- endmacro %}

{#- A text as stretches that are normalised apart: no character composes with a space. -#}
{% macro tokens_of(column) -%}
    string_split({{ column }}, ' ')
{%- endmacro %}

{#- A text with its characters composed. DuckDB ends a text there at a NUL, which is a separator. -#}
{% macro composed(column) -%}
    nfc_normalize(replace({{ column }}, chr(0), ' '))
{%- endmacro %}

{#- Whether an answer may be a label or name an option: it has no more ASCII letters and digits than
    the longest label may have. Others are not counted, which errs on the side of normalising. The
    pattern is read from the front and ends early in a long text; with Unicode's classes it would be
    a hundred times as slow. -#}
{% macro is_short_text(column) -%}
    regexp_full_match({{ column }}, '(?s)\W*(?:\w\W*){0,{{ longest_label() }}}')
{%- endmacro %}

{% macro longest_label() -%}
    {{ return(40) }}
{%- endmacro %}
