{#- What the extraction `robust` reads: CTEs, the last of them `<relation>_tokens`, which is `relation`
    with the list `tokens` of the words, numbers and punctuation marks of `column`, a new line as ¶. Terms, cues, labels and answers
    go through the same steps, so that they always agree: lower case; no accents in Latin, Cyrillic
    and Greek (nor ł, ı, ß, final sigma, and one of the Arabic letters that keyboards confuse), marks
    kept in scripts where they are vowels; each character of a script without spaces is a token.

    There are many steps because RE2 cannot look around, each a CTE because an expression that says its
    input twice would double with every step. Most are skipped for most texts: that is the speed. -#}
{% macro robust_tokens(relation, column) -%}
    {%- set steps = {
        'json': "case
            when not regexp_matches(t, '[\"''][ ]*:[ ]*[\"''{0-9[]') then t
            else replace(
                regexp_replace(
                    regexp_replace(
                        t,
                        '(?i)\"(?:transcript|transcription|text|asr|speech|sentence|utterance|content|quote|words)\"\\s*:\\s*\"([^\"]*)\"',
                        ' ¶ “\\1” ¶ ',
                        'g'
                    ),
                    '[\"'']\\s*:\\s*[\"'']?',
                    ' : ',
                    'g'
                ),
                '\"',
                ' ¶ '
            )
        end",
        'lower': "lower(" ~ composed('t') ~ ")",
        'tags': "case
            when not contains(t, '<') then t
            else regexp_replace(
                regexp_replace(
                    regexp_replace(t, '(?s)^.*</think(?:ing)?>', ''),
                    '<[|]?(?:answer|emotion|label|result)[|]?>',
                    ' ¶ answer : ',
                    'g'
                ),
                '</[^<>]{0,30}>|<[|]?|[|]?>',
                ' ¶ ',
                'g'
            )
        end",
        'marks': "case when strlen(t) = length(t) then t else translate(t, '’‘ʼ´`“”„«»「」『』《》，、،；؛：。．।۔…፡።！？؟（【）】—–‑•·łıςøđيىكہھةۃە', '''''''''''\"\"\"\"\"\"\"\"\"\"\",,,;;:.......!??(());;-##liσodییکههههه') end",
        'invisible': "case
            when strlen(t) = length(t) then t
            else regexp_replace(t, '[\\x{0640}\\x{093c}\\x{200b}\\x{200d}-\\x{200f}\\x{feff}]', '', 'g')
        end",
        'accents': "case
            when strlen(t) = length(t) or regexp_matches(t, '[\\x{0900}-\\x{0eff}\\x{3040}-\\x{30ff}]') then t
            else replace(strip_accents(t), 'ß', 'ss')
        end",
        'scripts': "case
            when strlen(t) = length(t) then t
            else regexp_replace(
                t, '([\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}\\p{Thai}ー]\\p{M}*)', ' \\1 ', 'g'
            )
        end",
        'markdown': "case
            when not regexp_matches(t, '[*_~\\\\`]') then t
            else regexp_replace(regexp_replace(t, '\\\\n', ' ¶ ', 'g'), '[*_~\\\\`]+', ' ', 'g')
        end",
        'negations': "case
            when not contains(t, 'n''t') and not contains(t, 'nt') and not contains(t, 'cannot') then t
            else regexp_replace(
                regexp_replace(
                    t,
                    '\\b(do|does|did|is|are|was|were|has|have|had|could|would|should)n''?t\\b',
                    '\\1 not',
                    'g'
                ),
                '\\b(?:can''?t|cannot)\\b',
                'can not',
                'g'
            )
        end",
        'apostrophes': "case
            when not contains(t, '''') then t
            else regexp_replace(
                regexp_replace(
                    regexp_replace(t, '\\bi''m\\b', 'i am', 'g'),
                    '([\\p{L}\\p{M}])['']([\\p{L}\\p{M}])',
                    '\\1 \\2',
                    'g'
                ),
                '(^|[\\s(,:])''([^'']{1,300})''($|[\\s,.;:!?)])',
                '\\1\"\\2\"\\3',
                'g'
            )
        end",
        'hyphens': "case
            when not contains(t, '-') then t
            else regexp_replace(t, '([\\p{L}\\p{M}])-([\\p{L}\\p{M}])', '\\1 \\2', 'g')
        end",
        'quotes': "case when starts_with(t, '\"') then regexp_replace(t, '^\"([^\"]*)\"[\\s.!]*$', '\\1') else t end",
        'comparison': "case
            when contains(t, 'less ') then regexp_replace(t, '\\bless ([a-z ]{1,40}) than\\b', 'not \\1 but', 'g')
            else t
        end",
        'numbers': "case
            when not regexp_matches(t, '[\\d)]|(?:^|\\n)\\s*[a-h]\\.') then t
            else regexp_replace(
                regexp_replace(
                    regexp_replace(t, ':\\s*(\\d)', ' \\1', 'g'),
                    '(^|[\\s(,;])(?:\\d{1,2}[.)]|\\(?[a-h]\\))\\s',
                    '\\1# ',
                    'g'
                ),
                '(^|\\n)\\s*[a-h]\\.\\s',
                '\\1# ',
                'g'
            )
        end",
        'lines': "case
            when not regexp_matches(t, '[\\r\\n]|e\\.g\\.') then t
            else regexp_replace(
                regexp_replace(replace(t, 'e.g.', 'eg '), ':\\s*[\\r\\n]+', ' : ', 'g'),
                '\\s*[\\r\\n]+\\s*',
                ' ¶ ',
                'g'
            )
        end",
    } -%}
    {%- set last = namespace(name=relation ~ '__raw') -%}
    {{ last.name }} as (
        select
            *,
            {{ column }} as t
        from {{ relation }}
    ),
    {%- for name, step in steps.items() %}

    {{ relation }}__{{ name }} as (
        select * replace ({{ step }} as t)
        from {{ last.name }}
    ),
    {%- set last.name = relation ~ '__' ~ name -%}
    {%- endfor %}

    {{ relation }}_tokens as (
        select
            * exclude (t),
            regexp_extract_all(
                t, '\p{N}+(?:[.]\p{N}+)*|[\p{L}\p{M}\p{N}]+|[^\s\p{Z}\p{C}\p{L}\p{M}\p{N}]'
            ) as tokens
        from {{ last.name }}
    )
{%- endmacro %}
