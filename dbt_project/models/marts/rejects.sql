-- Every source file that could not be used, and why.
select * from {{ ref('stg_rejects') }}
order by
    dataset,
    original_path
