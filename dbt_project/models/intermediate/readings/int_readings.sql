-- Every answer that the reader has read and that is in this warehouse, beside what every extraction
-- reads in it. The seed holds hashes, so an answer is found by its text and the labels on offer,
-- whoever gave it.
with

readings as (
    select
        collection,
        row,
        text_sha256,
        kind,
        list_sort(string_split(offered, '|')) as offered,
        coalesce(string_split(labels, '|'), []) as labels
    from {{ ref('readings') }}
),

answers as (
    select
        sha256(raw_text) as text_sha256,
        list_sort(string_split(labels, '|')) as offered,
        -- The same labels in two orders are two answers to dbt and one to the reader.
        min(answer_id) as answer_id
    from {{ ref('int_answers') }}
    group by all
),

extractions as (
    select
        answer_id,
        extraction,
        label
    from {{ ref('int_extractions') }}
),

int_readings as (
    select
        readings.collection,
        readings.row,
        readings.kind,
        readings.labels,
        answers.answer_id,
        extractions.extraction,
        extractions.label,
        case
            when readings.kind in ('one', 'several')
                then coalesce(list_contains(readings.labels, extractions.label), false)
            else extractions.label is null
        end as is_correct
    from readings
    inner join answers
        on
            readings.text_sha256 = answers.text_sha256
            and readings.offered = answers.offered
    inner join extractions
        on answers.answer_id = extractions.answer_id
)

select * from int_readings
