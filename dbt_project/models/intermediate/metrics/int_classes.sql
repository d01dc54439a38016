-- Every class that is a truth, was on offer or was read, with a number for the functions that count
-- in arrays.
with

classes as (
    select emotion from {{ ref('int_class_counts') }}
    group by emotion
),

int_classes as (
    select
        emotion,
        (row_number() over (order by emotion) - 1)::integer as class_id
    from classes
)

select * from int_classes
