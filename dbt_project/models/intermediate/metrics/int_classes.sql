-- Every class that is a truth, was on offer or was read, with a number.
with

counts as (
    select distinct
        emotion,
        labels
    from {{ ref('int_counts') }}
),

verdicts as (
    select * from {{ ref('int_verdicts') }}
),

classes as (
    select emotion from counts
    union
    select unnest(string_split(labels, '|')) as emotion from counts
    union
    select label as emotion from verdicts
    where label is not null
),

int_classes as (
    select
        emotion,
        (row_number() over (order by emotion) - 1)::integer as class_id
    from classes
)

select * from int_classes
