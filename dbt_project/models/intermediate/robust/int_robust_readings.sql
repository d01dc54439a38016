-- Which candidate label a term stands for, for every set of labels that was on offer. A label is
-- meant by itself; else by the emotion that it means as a term ("joy" means happiness), the term's
-- best meaning that is on offer first. Of labels with equal meaning, the emotion's own name, else the
-- one offered first. A term without a row means nothing that was on offer.
with

answers as (
    select labels from {{ ref('int_answers') }}
),

meanings as (
    select
        phrase,
        emotion,
        preference
    from {{ ref('int_robust_meanings') }}
),

label_sets as (
    select distinct labels
    from answers
),

split as (
    select
        labels,
        unnest(string_split(labels, '|')) as label,
        generate_subscripts(string_split(labels, '|'), 1) as place
    from label_sets
),

{{ robust_tokens('split', 'label') }},

candidates as (
    select
        labels,
        label,
        place,
        array_to_string(tokens, ' ') as phrase
    from split_tokens
),

label_emotions as (
    select
        candidates.labels,
        candidates.label,
        candidates.place,
        candidates.phrase,
        meanings.emotion
    from candidates
    inner join meanings
        on candidates.phrase = meanings.phrase
    where meanings.preference = 1
),

options as (
    select
        label_emotions.labels,
        meanings.phrase,
        label_emotions.label,
        case
            when meanings.phrase = label_emotions.phrase then 0
            else meanings.preference
        end as preference,
        label_emotions.label != label_emotions.emotion as has_another_name,
        label_emotions.place
    from label_emotions
    inner join meanings
        on label_emotions.emotion = meanings.emotion
),

int_robust_readings as (
    select
        labels,
        phrase,
        arg_min(label, (preference, has_another_name, place)) as label,
        -- The farther from what was said, the less it counts.
        1 - 0.1 * greatest(min(preference) - 1, 0)::double as closeness
    from options
    group by
        labels,
        phrase
)

select * from int_robust_readings
