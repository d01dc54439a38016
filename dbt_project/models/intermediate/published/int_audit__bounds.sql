-- What the F1s of the emotions, with the label counts, allow the other figures of a model to be.
-- All bounds take the worst case of rounding, and of label counts that are known as a range only.
--
-- Notation: of an emotion, S clips are true, P are predicted, h are both; F = 2h / (S + P) and
-- P >= h. N is the number of clips; the predictions of all emotions are at most N.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
),

label_ranges as (
    select * from {{ ref('int_published_label_ranges') }}
),

supports as (
    select
        document,
        emotion,
        sum(clips_min) as clips_min,
        sum(clips_max) as clips_max
    from label_ranges
    group by
        document,
        emotion
),

clips as (
    select
        document,
        sum(clips)::bigint as clips
    from {{ ref('published_corpora') }}
    where
        dataset is not null
        and clips_per_cell is null
    group by document
),

-- The F1s of a model over everything, with the clips of the emotion.
f1s as (
    select
        numbers.document,
        numbers.place,
        numbers.system,
        numbers.temperature,
        numbers.emotion,
        least(numbers.value + numbers.half_unit, 1) as f1_high,
        greatest(numbers.value - numbers.half_unit, 0) as f1_low,
        supports.clips_min,
        supports.clips_max
    from numbers
    inner join supports
        on
            numbers.document = supports.document
            and numbers.emotion = supports.emotion
    where
        numbers.metric = 'f1'
        and numbers.model is not null
        and numbers.dataset is null
        and numbers.language is null
),

classes as (
    select
        document,
        count(*) as classes
    from supports
    group by document
),

known as (
    select
        f1s.document,
        f1s.place,
        f1s.system,
        f1s.temperature,
        any_value(clips.clips) as clips,
        any_value(classes.classes) as classes,
        count(*) as known_classes,
        sum(f1s.f1_low) as f1_sum_low,
        sum(f1s.f1_high) as f1_sum_high,
        -- An F1 below 1 weighs less than the 1 that a clip of an unknown class may have, so the
        -- fewest clips of the known classes give the highest bound.
        sum(f1s.f1_high * f1s.clips_min) as weighted_high,
        sum(f1s.f1_low * f1s.clips_min) as weighted_low,
        any_value(clips.clips) - sum(f1s.clips_min) as unknown_clips,
        -- P >= h makes h at least F·S / (2 − F).
        sum(f1s.f1_low * f1s.clips_min / (2 - f1s.f1_low)) as hits_low
    from f1s
    inner join clips
        on f1s.document = clips.document
    inner join classes
        on f1s.document = classes.document
    group by
        f1s.document,
        f1s.place,
        f1s.system,
        f1s.temperature
),

-- The most hits, if the predictions max(h, 2h / F − S) of all emotions sum to at most N. For every
-- price of a prediction,
--     price·N + Σ max over h of [h − price·max(h, 2h / F − S)]
-- is an upper bound (weak duality). It is linear between prices of F / 2, and an emotion's best h
-- is 0, F·S / (2 − F) or S; a clip of an emotion without an F1 is a hit for one prediction.
hit_prices as (
    select distinct
        document,
        place,
        system,
        temperature,
        f1_high / 2 as price
    from f1s
),

hit_gains as (
    select
        hit_prices.document,
        hit_prices.place,
        hit_prices.system,
        hit_prices.temperature,
        hit_prices.price,
        sum(greatest(
            0,
            f1s.f1_high * f1s.clips_max / (2 - f1s.f1_high) * (1 - hit_prices.price),
            f1s.clips_max - hit_prices.price * (2 * f1s.clips_max / nullif(f1s.f1_high, 0) - f1s.clips_max)
        )) as gain
    from hit_prices
    inner join f1s
        on
            hit_prices.document = f1s.document
            and hit_prices.place = f1s.place
            and hit_prices.system = f1s.system
            and hit_prices.temperature = f1s.temperature
    group by all
),

most_hits as (
    select
        known.document,
        known.system,
        known.temperature,
        min(
            hit_gains.price * known.clips + hit_gains.gain + known.unknown_clips * (1 - hit_gains.price)
        ) as hits,
        arg_min(
            hit_gains.price,
            hit_gains.price * known.clips + hit_gains.gain + known.unknown_clips * (1 - hit_gains.price)
        ) as price
    from known
    inner join hit_gains
        on
            known.document = hit_gains.document
            and known.place = hit_gains.place
            and known.system = hit_gains.system
            and known.temperature = hit_gains.temperature
    group by
        known.document,
        known.system,
        known.temperature
),

overall as (
    select *
    from numbers
    where
        metric in ('macro_f1', 'weighted_f1', 'accuracy')
        and model is not null
        and value is not null
        and dataset is null
        and language is null
),

overall_checks as (
    select
        overall.document,
        overall.place,
        case overall.metric
            when 'weighted_f1' then 'weighted F1 within what the F1s allow'
            when 'macro_f1' then 'macro F1 within what the F1s allow'
            when 'accuracy' then 'accuracy within what the F1s allow'
        end as kind,
        overall.model || ' ' || overall.temperature as subject,
        overall.value as claimed,
        'bounded' as relation,
        case overall.metric
            when 'weighted_f1' then known.weighted_low / known.clips
            when 'macro_f1' then known.f1_sum_low / known.classes
            when 'accuracy' then known.hits_low / known.clips
        end as found_low,
        case overall.metric
            when 'weighted_f1' then (known.weighted_high + known.unknown_clips) / known.clips
            when 'macro_f1'
                then (known.f1_sum_high + known.classes - known.known_classes) / known.classes
            when 'accuracy' then most_hits.hits / known.clips
        end as found_high,
        overall.half_unit as tolerance,
        case overall.metric
            when 'weighted_f1'
                then
                    overall.printed || ' printed; ' || known.known_classes || ' F1s of ' || known.place
                    || ' times their clips sum to at most ' || {{ shown('known.weighted_high', 1) }} || ', '
                    || known.unknown_clips || ' clips of other emotions to as many: ('
                    || {{ shown('known.weighted_high', 1) }} || ' + ' || known.unknown_clips || ') / '
                    || known.clips || ' = '
                    || {{ shown('(known.weighted_high + known.unknown_clips) / known.clips') }}
            when 'macro_f1'
                then
                    overall.printed || ' printed; the F1s of ' || known.place || ' sum to '
                    || {{ shown('known.f1_sum_high') }} || ' over ' || known.known_classes || ' of '
                    || known.classes || ' classes'
            when 'accuracy'
                then
                    overall.printed || ' printed; hits are at least Σ F·S / (2 − F) = '
                    || {{ shown('known.hits_low', 1) }}
                    || ', and at most '
                    || {{ shown('most_hits.hits', 1) }}
                    || ' with ' || known.clips || ' predictions (price ' || {{ shown('most_hits.price') }}
                    || '): at most ' || {{ shown('most_hits.hits / known.clips') }}
        end as arithmetic,
        'the F1s are of '
        || known.place
        || '; emotions without one count as 0 in the lower bound and as 1 in the upper'
            as comment
    from overall
    inner join known
        on
            overall.document = known.document
            and overall.system = known.system
            and overall.temperature = known.temperature
    inner join most_hits
        on
            known.document = most_hits.document
            and known.system = most_hits.system
            and known.temperature = most_hits.temperature
),

-- Each weighted F1 against its accuracy: F <= 2r / (1 + r) for the recall r of a class, which is
-- concave in r, so the weighted mean keeps it (Jensen).
weighted_f1s as (
    select
        weighted.document,
        weighted.place,
        weighted.row_printed,
        weighted.value,
        weighted.half_unit,
        weighted.printed,
        accuracy.printed as accuracy_printed,
        accuracy.value + accuracy.half_unit as accuracy_high
    from numbers as weighted
    inner join numbers as accuracy
        on
            weighted.document = accuracy.document
            and weighted.place = accuracy.place
            and weighted.row_printed = accuracy.row_printed
            and accuracy.metric = 'accuracy'
    where weighted.metric = 'weighted_f1'
),

weighted_checks as (
    select
        document,
        place,
        'weighted F1 at most 2·accuracy / (1 + accuracy)' as kind,
        row_printed as subject,
        value as claimed,
        'bounded' as relation,
        0 as found_low,
        2 * accuracy_high / (1 + accuracy_high) as found_high,
        half_unit as tolerance,
        printed || ' printed, accuracy ' || accuracy_printed || ' allows '
        || {{ shown('2 * accuracy_high / (1 + accuracy_high)') }} as arithmetic,
        null::varchar as comment
    from weighted_f1s
),

-- The macro F1 of a corpus against the F1s over everything. Hits in the corpus are hits, so they
-- are at most h = F·(S + P) / 2 of the emotion, and an emotion with a low F1 buys hits only with
-- predictions, of which there are N for all emotions. Of the corpus' emotion with s clips, the F1
-- is at most 2h / (s + h). What is the highest mean of these, if the predictions
-- max(h, 2h / F − S) sum to N? For every price `lambda` of a prediction,
--     lambda·N + Σ max over h of [2h / (s + h) − lambda·max(h, 2h / F − S)]
-- is an upper bound (weak duality); the lowest over a grid of prices is taken.
corpus_claims as (
    select *
    from numbers
    where
        metric = 'macro_f1'
        and system is not null
        and dataset is not null
        and language is null
        and value is not null
),

-- Of every claim, all emotions with an F1: those of the corpus (s) and the others.
corpus_emotions as (
    select
        corpus_claims.document,
        corpus_claims.place,
        corpus_claims.model,
        corpus_claims.dataset,
        f1s.place as f1_place,
        f1s.emotion,
        f1s.f1_high,
        f1s.f1_low,
        f1s.clips_min,
        f1s.clips_max,
        label_ranges.clips_min as corpus_clips,
        clips.clips
    from corpus_claims
    inner join f1s
        on
            corpus_claims.document = f1s.document
            and corpus_claims.system = f1s.system
            and (corpus_claims.temperature is null or corpus_claims.temperature = f1s.temperature)
    inner join clips
        on corpus_claims.document = clips.document
    left join label_ranges
        on
            corpus_claims.document = label_ranges.document
            and corpus_claims.dataset = label_ranges.dataset
            and f1s.emotion = label_ranges.emotion
),

corpus_budgets as (
    select
        corpus_emotions.document,
        corpus_emotions.place,
        corpus_emotions.model,
        corpus_emotions.dataset,
        any_value(corpus_emotions.f1_place) as f1_place,
        -- Emotions that the corpus does not have need P >= h = F·S / (2 − F) predictions themselves.
        any_value(corpus_emotions.clips) - coalesce(
            sum(corpus_emotions.f1_low * corpus_emotions.clips_min / (2 - corpus_emotions.f1_low))
            filter (where corpus_emotions.corpus_clips is null),
            0
        ) as budget,
        count(corpus_emotions.corpus_clips) as known_classes
    from corpus_emotions
    group by
        corpus_emotions.document,
        corpus_emotions.place,
        corpus_emotions.model,
        corpus_emotions.dataset
),

corpus_classes as (
    select
        document,
        dataset,
        count(*) as classes
    from label_ranges
    group by
        document,
        dataset
),

prices as (
    -- From nothing (where the bound is 1) to what no hit is worth.
    select unnest([0.0] || list_transform(range(0, 500), lambda i: 1e-6 * pow(1.02, i))) as lambda_price
),

-- The function of h is concave on both sides of its kink at F·S / (2 − F), so its maximum is at
-- the kink, at an end, or where a side has slope 0.
candidates as (
    select
        corpus_emotions.*,
        prices.lambda_price,
        least(greatest(unnest([
            0,
            corpus_emotions.corpus_clips,
            corpus_emotions.f1_high * corpus_emotions.clips_max / (2 - corpus_emotions.f1_high),
            sqrt(2 * corpus_emotions.corpus_clips / nullif(prices.lambda_price, 0))
            - corpus_emotions.corpus_clips,
            sqrt(corpus_emotions.f1_high * corpus_emotions.corpus_clips / nullif(prices.lambda_price, 0))
            - corpus_emotions.corpus_clips,
        ]), 0), corpus_emotions.corpus_clips) as hits
    from corpus_emotions
    cross join prices
    where
        corpus_emotions.corpus_clips is not null
        and corpus_emotions.f1_high > 0
),

best_hits as (
    select
        document,
        place,
        model,
        dataset,
        emotion,
        lambda_price,
        max(
            2 * hits / (corpus_clips + hits) - lambda_price * greatest(hits, 2 * hits / f1_high - clips_max)
        ) as gain,
        arg_max(
            hits,
            2 * hits / (corpus_clips + hits) - lambda_price * greatest(hits, 2 * hits / f1_high - clips_max)
        ) as hits
    from candidates
    group by
        document,
        place,
        model,
        dataset,
        emotion,
        lambda_price
),

priced as (
    select
        corpus_budgets.document,
        corpus_budgets.place,
        corpus_budgets.model,
        corpus_budgets.dataset,
        best_hits.lambda_price,
        any_value(corpus_budgets.f1_place) as f1_place,
        any_value(corpus_budgets.budget) as budget,
        any_value(corpus_classes.classes) as classes,
        any_value(corpus_budgets.known_classes) as known_classes,
        sum(best_hits.gain) as gain,
        -- A class without an F1 may have 1.
        (
            best_hits.lambda_price * any_value(corpus_budgets.budget) + sum(best_hits.gain)
            + any_value(corpus_classes.classes) - any_value(corpus_budgets.known_classes)
        ) / any_value(corpus_classes.classes) as bound
    from corpus_budgets
    inner join best_hits
        on
            corpus_budgets.document = best_hits.document
            and corpus_budgets.place = best_hits.place
            and corpus_budgets.model = best_hits.model
            and corpus_budgets.dataset = best_hits.dataset
    inner join corpus_classes
        on
            corpus_budgets.document = corpus_classes.document
            and corpus_budgets.dataset = corpus_classes.dataset
    group by
        corpus_budgets.document,
        corpus_budgets.place,
        corpus_budgets.model,
        corpus_budgets.dataset,
        best_hits.lambda_price
),

tightest as (
    select *
    from priced
    qualify row_number() over (
        partition by document, place, model, dataset
        order by bound, lambda_price
    ) = 1
),

corpus_checks as (
    select
        corpus_claims.document,
        corpus_claims.place,
        'macro F1 of a corpus within what the F1s allow' as kind,
        corpus_claims.model || ' on ' || corpus_claims.dataset as subject,
        corpus_claims.value as claimed,
        'bounded' as relation,
        0 as found_low,
        least(tightest.bound, 1) as found_high,
        corpus_claims.half_unit as tolerance,
        corpus_claims.printed || ' printed; with the F1s of ' || tightest.f1_place || ', '
        || tightest.known_classes || ' of ' || tightest.classes || ' classes and at most '
        || {{ shown('tightest.budget', 0) }} || ' predictions at a price of '
        || printf('%.3g', tightest.lambda_price) || ': ('
        || {{ shown('tightest.lambda_price * tightest.budget') }}
        || ' + '
        || {{ shown('tightest.gain') }}
        || ' + '
        || (tightest.classes - tightest.known_classes) || ') / ' || tightest.classes || ' = '
        || {{ shown('tightest.bound') }} as arithmetic,
        'the text names no temperature for the corpus: that of '
        || tightest.f1_place
        || ' is taken' as comment
    from corpus_claims
    inner join tightest
        on
            corpus_claims.document = tightest.document
            and corpus_claims.place = tightest.place
            and corpus_claims.model = tightest.model
            and corpus_claims.dataset = tightest.dataset
),

checks as (
    select * from overall_checks
    union all by name
    select * from weighted_checks
    union all by name
    select * from corpus_checks
)

{{ audited('checks') }}
