-- The tokens of every distinct text. Of a text of more than 2,000 tokens (a model that never stopped) the
-- first 500 and the last 1,500: it would take gigabytes, and a conclusion stands at the end.
{%- set first_tokens, last_tokens = 500, 1500 %}
with

texts as (
    select
        text_id,
        raw_text
    from {{ ref('int_texts') }}
),

{{ robust_tokens('texts', 'raw_text') }},

shortened as (
    select
        text_id,
        case
            when len(tokens) > {{ first_tokens + last_tokens }}
                then list_concat(tokens[:{{ first_tokens }}], tokens[-{{ last_tokens }}:])
            else tokens
        end as tokens
    from texts_tokens
)

select
    text_id,
    tokens,
    len(tokens)::integer as n_tokens
from shortened
