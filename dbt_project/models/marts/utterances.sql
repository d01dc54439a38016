-- Every clip with what is known of it; the audio itself stays in the Parquet store.
select * from {{ ref('stg_utterances') }}
order by
    dataset,
    original_path
