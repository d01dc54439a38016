-- The words of every distinct token, a token being what stands between two spaces of a text: ten million
-- answers have a million texts of fifteen million tokens, and these are some hundred thousand distinct
-- ones. That a text's words are those of its tokens holds since no character composes with a space.
with

tokens as (
    select distinct unnest({{ tokens_of('raw_text') }}) as token
    from {{ ref('int_texts') }}
),

words as (
    select
        token,
        unnest(string_split({{ normalise_text('token') }}, ' ')) as word
    from tokens
),

int_tokens as (
    select * from words
    where word != ''
)

select * from int_tokens
