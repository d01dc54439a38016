-- Which classes were on offer, per run and voice.
with

label_sets as (
    select distinct
        run_id,
        group_id,
        labels
    from {{ ref('int_counts') }}
),

labels as (
    select
        label_sets.labels,
        classes.class_id
    from (select distinct label_sets.labels from label_sets) as label_sets
    inner join {{ ref('int_classes') }} as classes
        on {{ is_on_offer('classes.emotion', 'label_sets.labels') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

int_offered as (
    select distinct
        label_sets.run_id,
        groups.voice_id,
        groups.band_id,
        labels.class_id
    from label_sets
    inner join labels
        on label_sets.labels = labels.labels
    inner join groups
        on label_sets.group_id = groups.group_id
)

select * from int_offered
