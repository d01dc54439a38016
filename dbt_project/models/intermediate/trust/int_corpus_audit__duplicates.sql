-- Audio that is there twice, by what kind of pair it is.
with

duplicates as (
    select * from {{ ref('duplicates') }}
),

-- Every pair once for each corpus that it concerns.
sides as (
    select
        *,
        unnest(list_distinct([dataset, other_dataset])) as side
    from duplicates
),

named as (
    select
        *,
        case
            when across_corpora then 'audio shared with another corpus'
            when kind = 'equal' then 'equal audio under two names'
            when kind = 'copy' then 'the same recording under two names'
            when kind = 'cut out' then 'clips cut out of another'
            else 'clips that overlap'
        end || case when labels_differ then ', with different labels' else '' end as what,
        case
            when not across_corpora then 'pairs'
            when side = dataset then other_dataset
            else dataset
        end as subject
    from sides
),

int_corpus_audit__duplicates as (
    select
        side as dataset,
        what,
        subject,
        0.0 as expected,
        'audio compared, decoded' as expected_source,
        count(*)::double as found,
        case when labels_differ then 'error' else 'warning' end as severity,
        'like ' || arg_min(original_path, (original_path, other_original_path)) || ' and '
        || arg_min(other_original_path, (original_path, other_original_path))
        || case
            when labels_differ then ': one of the labels must be wrong'
            else ': one may be in training and the other in test'
        end as explanation
    from named
    group by
        side,
        what,
        subject,
        labels_differ
)

select * from int_corpus_audit__duplicates
