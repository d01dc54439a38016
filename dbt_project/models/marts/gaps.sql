-- Gaps between groups of people or clips: two genders, age bands or languages in one run, over all
-- corpora, and genders within each corpus. The groups have no clip (and no speaker) in common, so the
-- variances of the two figures add up.
with

figures as (
    select
        run_id,
        system,
        temperature,
        extraction,
        synthetic,
        dataset,
        case slice when 'dataset_gender' then 'gender' else slice end as dimension,
        coalesce(gender, age_band, language) as group_name,
        metric,
        unit,
        value,
        se,
        n
    from {{ ref('intervals') }}
    where
        slice in ('gender', 'age_band', 'language', 'dataset_gender')
        and metric in ('macro_f1', 'weighted_f1', 'accuracy', 'uar')
),

pairs as (
    select
        figures.run_id,
        figures.system,
        figures.temperature,
        figures.extraction,
        figures.synthetic,
        figures.dataset,
        figures.dimension,
        figures.group_name,
        others.group_name as other_group,
        figures.metric,
        figures.unit,
        figures.value,
        others.value as other_value,
        figures.value - others.value as difference,
        sqrt(figures.se ** 2 + others.se ** 2) as se,
        figures.n,
        others.n as other_n
    from figures
    inner join figures as others
        on
            figures.run_id = others.run_id
            and figures.extraction = others.extraction
            and figures.synthetic = others.synthetic
            and figures.dataset is not distinct from others.dataset
            and figures.dimension = others.dimension
            and figures.metric = others.metric
            and figures.unit = others.unit
            and figures.group_name < others.group_name
)

select
    *,
    difference - 1.959964 * se as low,
    difference + 1.959964 * se as high,
    {{ as_of() }} as as_of
from pairs
order by all
