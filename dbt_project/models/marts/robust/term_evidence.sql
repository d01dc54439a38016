-- Why the extraction `robust` reads an answer as it does: every term in every distinct text.
with

terms as (
    select * from {{ ref('int_robust_terms') }}
),

texts as (
    select
        text_id,
        raw_text
    from {{ ref('int_texts') }}
)

select
    terms.text_id,
    texts.raw_text,
    terms.position,
    terms.phrase as term,
    terms.emotion,
    terms.role,
    {{ as_of() }} as as_of
from terms
inner join texts
    on terms.text_id = texts.text_id
