-- Files that could not be used, by reason.
with

rejects as (
    select * from {{ ref('stg_rejects') }}
),

int_corpus_audit__rejects as (
    select
        dataset,
        'rejected files' as what,
        reason as subject,
        0.0 as expected,
        'every file of a corpus is a clip' as expected_source,
        count(*)::double as found,
        case
            -- Somebody took them out, they are there under another path, or were published without one
            -- emotion (turns without agreement).
            when reason in ('missing', 'duplicate', 'left_out', 'no_label') then 'info'
            when reason in ('unknown_name', 'unknown_label', 'unknown_language', 'not_in_table')
                then 'warning'
            else 'error'
        end as severity,
        'like ' || min(original_path) || ': ' || arg_min(detail, original_path) || '; '
        || arg_min(remedy, original_path) as explanation
    from rejects
    group by
        dataset,
        reason
)

select * from int_corpus_audit__rejects
