-- How often each extraction reads in an answer what the reader reads in it. No figure here depends on
-- what the speaker really felt: an extraction is right if it says what the answer says.
with

sizes as (
    select
        collection,
        count(*) as n_collection
    from {{ ref('readings') }}
    group by collection
),

int_readings as (
    select * from {{ ref('int_readings') }}
),

counted as (
    select
        collection,
        extraction,
        count(*) as n,
        count(*) filter (where is_correct) as n_correct,
        count(label) as n_answered,
        count(*) filter (where kind in ('one', 'several')) as n_with_emotion,
        count(*) filter (where kind in ('one', 'several') and is_correct) as n_with_emotion_correct,
        count(*) filter (where kind = 'refusal') as n_refusals,
        count(label) filter (where kind = 'refusal') as n_refusals_labelled,
        count(*) filter (where kind = 'none') as n_none,
        count(label) filter (where kind = 'none') as n_none_labelled,
        count(*) filter (where kind = 'other') as n_other,
        count(label) filter (where kind = 'other') as n_other_labelled
    from int_readings
    group by
        collection,
        extraction
)

select
    counted.collection,
    counted.extraction,
    sizes.n_collection,
    counted.n,
    counted.n_correct,
    counted.n_correct / counted.n as correct_rate,
    {{ printed(wilson_low('counted.n_correct', 'counted.n')) }} as correct_low,
    {{ printed(wilson_high('counted.n_correct', 'counted.n')) }} as correct_high,
    counted.n_answered,
    counted.n_answered / counted.n as answered_rate,
    counted.n_with_emotion,
    counted.n_with_emotion_correct,
    counted.n_refusals,
    counted.n_refusals_labelled,
    case
        when counted.n_refusals > 0 then counted.n_refusals_labelled / counted.n_refusals
    end as refusals_labelled_rate,
    counted.n_none,
    counted.n_none_labelled,
    counted.n_other,
    counted.n_other_labelled,
    {{ as_of() }} as as_of
from counted
inner join sizes
    on counted.collection = sizes.collection
order by
    counted.collection,
    counted.extraction
