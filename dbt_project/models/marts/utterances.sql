-- Every clip with what is known of it; the audio itself stays in the Parquet store.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
),

corpora as (
    select
        dataset,
        synthetic
    from {{ ref('stg_corpora') }}
)

select
    utterances.*,
    corpora.synthetic,
    {{ as_of() }} as as_of
from utterances
-- A corpus that is not described must fail the build (not_null), not lose its clips.
left join corpora
    on utterances.dataset = corpora.dataset
order by
    utterances.dataset,
    utterances.original_path
