-- The tokens of every distinct text.
with

texts as (
    select
        text_id,
        raw_text
    from {{ ref('int_texts') }}
),

{{ robust_tokens('texts', 'raw_text') }}

select
    text_id,
    tokens,
    len(tokens)::integer as n_tokens
from texts_tokens
