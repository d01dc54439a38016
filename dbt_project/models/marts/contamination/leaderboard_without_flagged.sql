-- Per run, extraction and kind of speech, overall (language NULL) and per language: the scores over
-- all clips, and what is left of them without the corpora on which the system is flagged.
{%- set metrics = ['macro_f1', 'weighted_f1', 'accuracy', 'uar'] %}
with

counts as (
    select * from {{ ref('int_class_counts_without_flagged') }}
),

runs as (
    select
        run_id,
        condition
    from {{ ref('stg_runs') }}
),

-- What of the flagged corpora a run was asked about, by the language of the clips.
flagged as (
    select
        confusion.run_id,
        confusion.extraction,
        confusion.language,
        list(distinct confusion.dataset order by confusion.dataset) as datasets
    from {{ ref('confusion') }} as confusion
    inner join {{ ref('contamination') }} as contamination
        on
            confusion.system = contamination.system
            and confusion.dataset = contamination.dataset
            and confusion.extraction = contamination.extraction
    where
        contamination.source = 'warehouse'
        and contamination.verdict in ('likely', 'declared')
        and not confusion.synthetic
    group by grouping sets (
        (confusion.run_id, confusion.extraction),
        (confusion.run_id, confusion.extraction, confusion.language)
    )
),

scored as (
    select
        clips,
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        language,
        {%- for metric in metrics %}
        {{ metric_definitions()[metric] }} as {{ metric }},
        {%- endfor %}
        sum(support)::bigint as n
    from counts
    group by
        clips,
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        language
),

with_all as (
    select * from scored
    where clips = 'all'
),

without_flagged as (
    select * from scored
    where clips = 'without_flagged'
)

select
    with_all.run_id,
    with_all.system,
    with_all.temperature,
    runs.condition,
    with_all.extraction,
    with_all.synthetic,
    with_all.language,
    coalesce(flagged.datasets, []) as flagged_datasets,
    {%- for metric in metrics %}
    with_all.{{ metric }},
    {%- endfor %}
    with_all.n,
    {%- for metric in metrics %}
    without_flagged.{{ metric }} as {{ metric }}_without,
    {%- endfor %}
    coalesce(without_flagged.n, 0) as n_without,
    {%- for metric in metrics %}
    -- Where nothing is left out, nothing differs, whatever order the sums were made in.
    case
        when with_all.n = without_flagged.n then 0
        else without_flagged.{{ metric }} - with_all.{{ metric }}
    end as {{ metric }}_difference,
    {%- endfor %}
    {{ as_of() }} as as_of
from with_all
inner join runs
    on with_all.run_id = runs.run_id
left join without_flagged
    on
        with_all.run_id = without_flagged.run_id
        and with_all.extraction = without_flagged.extraction
        and with_all.synthetic = without_flagged.synthetic
        and with_all.language is not distinct from without_flagged.language
left join flagged
    on
        with_all.run_id = flagged.run_id
        and with_all.extraction = flagged.extraction
        and not with_all.synthetic
        and with_all.language is not distinct from flagged.language
order by
    with_all.extraction asc,
    with_all.synthetic asc,
    with_all.language asc nulls first,
    with_all.macro_f1 desc,
    with_all.run_id asc
