-- 95 % intervals of every metric of the slices that people read, by bootstrap: over clips, and over
-- speakers where there are at least two.
{%- set keys = ['run_id', 'extraction', 'synthetic'] %}
{%- set dimensions = ['dataset', 'language', 'gender', 'age_band'] %}
{%- set slice_keys = ['slice'] + keys + dimensions %}
with

confusions as (
    select *
    from {{ ref('int_confusions') }}
    where not is_sweep
),

classes as (
    select * from {{ ref('int_classes') }}
),

speakers as (
    select
        speaker_id,
        row_number() over (order by speaker_id)::integer as unit
    from confusions
    where speaker_id is not null
    group by speaker_id
),

coded as (
    select
        confusions.run_id,
        confusions.extraction,
        confusions.synthetic,
        confusions.dataset,
        confusions.language,
        confusions.gender,
        confusions.age_band,
        confusions.n,
        truths.class_id as truth,
        coalesce(labels.class_id, -1) as label,
        coalesce(speakers.unit, -1) as unit
    from confusions
    inner join classes as truths
        on confusions.emotion = truths.emotion
    left join classes as labels
        on confusions.label = labels.emotion
    left join speakers
        on confusions.speaker_id = speakers.speaker_id
),

offered as (
    select
        counts.slice,
        counts.run_id,
        counts.extraction,
        counts.synthetic,
        counts.dataset,
        counts.language,
        counts.gender,
        counts.age_band,
        list(classes.class_id) as offered
    from {{ ref('int_class_counts') }} as counts
    inner join classes
        on counts.emotion = classes.emotion
    where
        counts.offered
        and counts.slice in {{ sql_list(interval_slices()) }}
    group by all
),

cells as (
    {%- for unit in ('clip', 'speaker') %}
    select
        '{{ unit }}' as unit_name,
        {{ slice_name(interval_slices()) }} as slice,
        {{ (keys + dimensions) | join(', ') }},
        truth,
        label,
        {{ '-1' if unit == 'clip' else 'unit' }} as unit,
        sum(n)::bigint as n
    from coded
    {%- set grouped = keys + ['truth', 'label'] + (['unit'] if unit == 'speaker' else []) %}
    group by {{ slice_grouping_sets(grouped, interval_slices()) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

slices as (
    select
        unit_name,
        {{ slice_keys | join(', ') }},
        list(truth) as truths,
        list(label) as labels,
        list(n) as ns,
        list(unit) as units,
        case
            when any_value(unit_name) = 'clip' then sum(n)::bigint
            else count(distinct unit) filter (where unit >= 0)
        end as n_units
    from cells
    where
        (gender is not null or slice not like '%gender')
        and (age_band is not null or slice not like '%age_band')
    group by all
),

resampled as (
    select
        slices.unit_name as unit,
        {%- for key in slice_keys %}
        slices.{{ key }},
        {%- endfor %}
        slices.n_units,
        unnest(bootstrap_intervals(
            slices.truths, slices.labels, slices.ns, slices.units, offered.offered
        )) as found
    from slices
    inner join offered
        on
            slices.slice = offered.slice
            and slices.run_id = offered.run_id
            and slices.extraction = offered.extraction
            and slices.synthetic = offered.synthetic
            and slices.dataset is not distinct from offered.dataset
            and slices.language is not distinct from offered.language
            and slices.gender is not distinct from offered.gender
            and slices.age_band is not distinct from offered.age_band
    where slices.n_units >= 2
),

int_intervals as (
    select
        resampled.unit,
        {%- for key in slice_keys %}
        resampled.{{ key }},
        {%- endfor %}
        resampled.n_units,
        resampled.found.metric,
        classes.emotion,
        resampled.found.se,
        resampled.found.low,
        resampled.found.high
    from resampled
    left join classes
        on resampled.found.emotion = classes.class_id
)

select * from int_intervals
