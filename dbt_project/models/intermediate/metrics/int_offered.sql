-- Which labels were on offer, per run and group of clips.
with

label_sets as (
    select distinct
        run_id,
        group_id,
        labels
    from {{ ref('int_counts') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

int_offered as (
    select distinct
        label_sets.run_id,
        groups.synthetic,
        groups.dataset,
        groups.language,
        groups.gender,
        groups.age_band,
        groups.speaker_id,
        unnest(string_split(label_sets.labels, '|')) as label
    from label_sets
    inner join groups
        on label_sets.group_id = groups.group_id
)

select * from int_offered
