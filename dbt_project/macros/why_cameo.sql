{#- Why CAMEO's rule read what it read, for any answer: the table of the paper's Figure 1, every word
    against every candidate label. Kept in the database, for people:
        pivot (from why_cameo('The answer is sadness.', 'anger|sadness')) on label using any_value(ratio);
    Ratios of at least the threshold are added up per label; the highest sum wins. -#}
{% macro create_why_cameo() -%}
create or replace macro why_cameo(answer, labels) as table (
    with

    said as (
        select string_split({{ normalise_text('answer') }}, ' ') as words
    ),

    words as (
        select
            unnest(words) as word,
            generate_subscripts(words, 1) as position
        from said
    ),

    candidates as (
        select unnest(string_split(labels, '|')) as label
    )

    select
        words.position,
        words.word,
        candidates.label,
        indel_ratio(words.word, candidates.label) as ratio
    from words
    cross join candidates
    where words.word != ''
    order by
        words.position,
        candidates.label
)
{%- endmacro %}
