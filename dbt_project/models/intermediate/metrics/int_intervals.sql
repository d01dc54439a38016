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
        confusions.* exclude (emotion, label, is_sweep),
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
        list(classes.class_id) filter (where counts.offered) as offered
    from {{ ref('int_class_counts') }} as counts
    inner join classes
        on counts.emotion = classes.emotion
    where counts.slice in ('{{ interval_slices() | join("', '") }}')
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
    group by {{ slice_grouping_sets(keys + ['truth', 'label'] + (['unit'] if unit == 'speaker' else []), interval_slices()) }}
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
            slices.truths,
            slices.labels,
            slices.ns,
            slices.units,
            list_transform(
                range((select count(*) from classes)),
                lambda class_id: list_contains(offered.offered, class_id)
            )
        )) as found
    from slices
    inner join offered
        on
            {%- for key in slice_keys %}
            slices.{{ key }} is not distinct from offered.{{ key }}
            {%- if not loop.last %}
            and
            {%- endif %}
            {%- endfor %}
    where slices.n_units >= 2
),

int_intervals as (
    select
        resampled.* exclude (found),
        resampled.found.metric as metric,
        classes.emotion,
        resampled.found.se as se,
        resampled.found.low as low,
        resampled.found.high as high
    from resampled
    left join classes
        on resampled.found.emotion = classes.class_id
)

select * from int_intervals
