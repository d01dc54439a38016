-- The label of an answer: what its text asserts, in terms of what was on offer. The strongest label,
-- the last one of equals. Without an assertion an option's letter or number may say it.
with

answers as (
    select
        answers.answer_id,
        answers.text_id,
        answers.raw_text,
        answers.labels,
        texts.text
    from {{ ref('int_answers') }} as answers
    inner join {{ ref('int_texts') }} as texts
        on answers.text_id = texts.text_id
),

extractions as (
    select extraction
    from {{ ref('extractions') }}
    where method = 'robust'
),

terms as (
    select * from {{ ref('int_robust_terms') }}
    where
        role = 'asserted'
        and strength > 0
),

readings as (
    select * from {{ ref('int_robust_readings') }}
),

refusals as (
    select distinct text_id
    from {{ ref('int_robust_matches') }}
    where kind in ('refusal', 'apology')
),

speaking as (
    select distinct text_id
    from terms
),

label_sets as (
    select distinct labels
    from answers
),

candidates as (
    select
        labels,
        unnest(string_split(labels, '|')) as label,
        generate_subscripts(string_split(labels, '|'), 1) as place,
        len(string_split(labels, '|')) as n_labels
    from label_sets
),

normalised as (
    select
        labels,
        label,
        place,
        n_labels,
        {{ normalise_text('label') }} as text
    from candidates
),

votes as (
    select
        answers.answer_id,
        answers.labels,
        terms.run,
        terms.n_emotions,
        terms.position,
        terms.strength * readings.closeness as points,
        terms.weight * readings.closeness as certainty,
        readings.label
    from answers
    inner join terms
        on answers.text_id = terms.text_id
    inner join readings
        on
            answers.labels = readings.labels
            and terms.phrase = readings.phrase
),

-- A run of most of the labels that were on offer only repeats the question.
echoes as (
    select
        answer_id,
        run
    from votes
    where n_emotions >= 3
    group by
        answer_id,
        run,
        labels
    having
        count(distinct label) >= 3
        and count(distinct label) >= 0.6 * len(string_split(labels, '|'))
),

totals as (
    select
        votes.answer_id,
        votes.label,
        sum(votes.points) as points,
        max(votes.certainty) as certainty,
        max(votes.position) as position
    from votes
    anti join echoes
        on
            votes.answer_id = echoes.answer_id
            and votes.run = echoes.run
    group by
        votes.answer_id,
        votes.label
),

ranked as (
    select
        answer_id,
        arg_max(label, (round(points, 9), position)) as label,
        arg_max(certainty, (round(points, 9), position)) as certainty,
        max(points, 2) as points,
        sum(points) as all_points,
        count(*) as n_labels
    from totals
    group by answer_id
),

exact as (
    select
        answers.answer_id,
        min(normalised.label) as label
    from answers
    inner join normalised
        on
            answers.labels = normalised.labels
            and answers.text = normalised.text
    group by answers.answer_id
),

-- "B", "(b)", "Option 2", "The answer is C" and nothing else; or "C." before words without a term.
options as (
    select
        answer_id,
        labels,
        coalesce(
            nullif(regexp_extract(
                text,
                '^(?:(?:the|my|correct|final|best|answer|option|choice|label|number|letter|is|emotion|la'
                || '|respuesta|opción|es|réponse|est|die|antwort|ist|risposta|opzione|è|resposta|opção|é'
                || '|odpowiedź|opcja|to'
                || '|ответ|вариант|cevap|yanıt|seçenek|het|antwoord|optie'
                || '|答案|我认为|我選|我选|选项|選項|是|选择|选|選|答え|は|정답|은'
                || '|উত্তর|उत्तर|विकल्प|جواب|پاسخ|الإجابة|η|απάντηση|είναι|επιλογή) ?)*([a-h]|[1-9][0-9]?)$',
                1
            ), ''),
            nullif(lower(regexp_extract(raw_text, '^[\s*(]*([A-H])[.):]\s', 1)), '')
        ) as option
    from answers
    -- A cheap look first: few answers have one.
    where
        length(text) <= {{ longest_label() }}
        or regexp_matches(raw_text, '^[\s*(]*[A-H][.):]\s')
),

chosen as (
    select
        options.answer_id,
        normalised.label
    from options
    inner join normalised
        on
            options.labels = normalised.labels
            and normalised.place = coalesce(try_cast(options.option as integer), ascii(options.option) - 96)
    where options.option is not null
),

read as (
    select
        answers.answer_id,
        exact.label is not null as is_exact,
        refusals.text_id is not null as is_refusal,
        case when speaking.text_id is null and refusals.text_id is null then chosen.label end as chosen_label,
        coalesce(exact.label, ranked.label) as label,
        ranked.n_labels,
        ranked.certainty,
        ranked.points[1] / ranked.all_points as share,
        coalesce(ranked.points[2], 0) / ranked.all_points as second_share
    from answers
    left join exact
        on answers.answer_id = exact.answer_id
    left join ranked
        on answers.answer_id = ranked.answer_id
    left join chosen
        on answers.answer_id = chosen.answer_id
    left join refusals
        on answers.text_id = refusals.text_id
    left join speaking
        on answers.text_id = speaking.text_id
),

int_extract__robust as (
    select
        read.answer_id,
        extractions.extraction,
        coalesce(read.label, read.chosen_label) as label,
        case
            when read.is_exact then 1
            when read.label is not null then read.share * read.certainty
            when read.chosen_label is not null then 0.9
            else 0
        end::double as score,
        case
            when read.is_exact then 1
            when read.label is not null then (read.share - read.second_share) * read.certainty
            when read.chosen_label is not null then 0.9
            else 0
        end::double as margin,
        case
            when read.is_exact then 'exact'
            when read.label is not null and read.n_labels > 1 then 'ambiguous'
            when coalesce(read.label, read.chosen_label) is not null then 'fuzzy'
            when read.is_refusal then 'refusal'
            else 'unmatched'
        end as status
    from read
    cross join extractions
)

select * from int_extract__robust
