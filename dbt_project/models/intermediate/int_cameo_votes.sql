-- CAMEO's aggregated score: for every label the sum of the ratios that reach the threshold, over
-- the words of the answer. Labels that no word reaches have no row (their score is 0).
with

extractions as (
    select
        extraction,
        threshold
    from {{ ref('extractions') }}
    where method = 'cameo'
),

words as (
    select * from {{ ref('int_answer_words') }}
),

ratios as (
    select * from {{ ref('int_word_ratios') }}
),

int_cameo_votes as (
    select
        words.answer_id,
        extractions.extraction,
        ratios.label,
        sum(words.occurrences * ratios.ratio) as score
    from words
    inner join ratios
        on
            words.word = ratios.word
            and words.labels = ratios.labels
    inner join extractions
        on ratios.ratio >= extractions.threshold
    group by
        words.answer_id,
        extractions.extraction,
        ratios.label
)

select
    answer_id,
    extraction,
    label,
    {{ printed('score') }} as score
from int_cameo_votes
