-- Every way in which a corpus here, or what is published of it, is not as expected: one row each.
with

findings as (
    {%- for topic in [
        'counts', 'classes', 'lengths', 'files', 'rejects', 'quality', 'duplicates', 'sources'
    ] %}
    select
        '{{ topic }}' as topic,
        *
    from {{ ref('int_corpus_audit__' ~ topic) }}
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}
),

corpora as (
    select
        dataset,
        synthetic,
        license_source = 'import' as is_imported
    from {{ ref('stg_corpora') }}
)

select
    findings.dataset,
    findings.topic,
    findings.what,
    findings.subject,
    findings.expected,
    findings.expected_source,
    findings.found,
    findings.severity,
    findings.explanation,
    corpora.dataset is not null as is_here,
    coalesce(corpora.synthetic, false) as synthetic,
    {{ as_of() }} as as_of
from findings
left join corpora
    on findings.dataset = corpora.dataset
-- A list of clips that came with answers is no copy of the corpus: there is nothing to audit in it.
where
    findings.topic = 'sources'
    or not coalesce(corpora.is_imported, false)
order by
    list_position(['error', 'warning', 'info'], findings.severity),
    is_here desc,
    findings.dataset asc,
    findings.topic asc,
    findings.what asc,
    findings.subject asc
