-- What the texts say of their tables in words: highest, lowest, best. The claim is the number of
-- the one that is said to lead; it must reach the best of the others (`found`).
with

claims as (
    select * from {{ ref('published_claims') }}
),

numbers as (
    select * from {{ ref('int_published_numbers') }}
    where value is not null
),

-- About each claim: the number of its subject and a number to compare it with, per `within`
-- (a model, a language, a metric): the claim must hold in each of them.
emotions as (
    select
        claims.claim,
        -- A table's row of averages is no model; what is said of all models may be meant of it.
        coalesce(led.model, 'average') as within,
        led.value,
        led.half_unit,
        others.emotion as other,
        others.value as other_value,
        others.half_unit as other_half_unit
    from claims
    inner join numbers as led
        on
            claims.document = led.document
            and claims.about = led.place
            and claims.subject = led.emotion
    inner join numbers as others
        on
            led.document = others.document
            and led.place = others.place
            and led.row_printed = others.row_printed
            and led.emotion != others.emotion
    where claims.kind in ('highest_emotion', 'lowest_emotion')
),

models as (
    select
        claims.claim,
        case
            when claims.kind = 'best_in_every_language' then led.language else led.metric
        end as within,
        led.value,
        led.half_unit,
        others.row_printed as other,
        others.value as other_value,
        others.half_unit as other_half_unit
    from claims
    inner join numbers as led
        on
            claims.document = led.document
            and claims.about = led.place
            and claims.subject = led.model
    inner join numbers as others
        on
            led.document = others.document
            and led.place = others.place
            and led.metric = others.metric
            and led.language is not distinct from others.language
            and led.model != others.model
    where
        (claims.kind = 'best_in_every_language' and led.language is not null)
        or claims.kind = 'best_overall'
    -- A model with several temperatures leads by its best.
    qualify led.value = max(led.value) over (partition by claims.claim, led.language, led.metric)
),

-- Languages of a model that claims single out, against those that none of its claims names.
singled_out as (
    select
        *,
        split_part(about, ': ', 1) as place_about,
        split_part(about, ': ', 2) as language
    from claims
    where kind = 'language_above_the_others'
),

languages as (
    select
        singled_out.claim,
        singled_out.language as within,
        led.value,
        led.half_unit,
        others.language as other,
        others.value as other_value,
        others.half_unit as other_half_unit
    from singled_out
    inner join numbers as led
        on
            singled_out.document = led.document
            and singled_out.place_about = led.place
            and singled_out.subject = led.model
            and singled_out.language = led.language
    inner join numbers as others
        on
            led.document = others.document
            and led.place = others.place
            and led.model = others.model
            and others.language is not null
    left join singled_out as named
        on
            singled_out.document = named.document
            and singled_out.subject = named.subject
            and others.language = named.language
    where named.claim is null
),

means as (
    select
        document,
        place,
        model,
        any_value(size) as size,
        avg(value) as value,
        avg(half_unit) as half_unit
    from numbers
    where train_dataset is not null
    group by
        document,
        place,
        model
),

sizes as (
    select
        claims.claim,
        led.size as within,
        led.value,
        led.half_unit,
        others.model as other,
        others.value as other_value,
        others.half_unit as other_half_unit
    from claims
    inner join means as led
        on
            claims.document = led.document
            and claims.about = led.place
            and claims.subject = led.model
    inner join means as others
        on
            led.document = others.document
            and led.place = others.place
            and led.size = others.size
            and led.model != others.model
    where claims.kind = 'best_average_of_a_size'
),

compared as (
    select * from emotions
    union all by name
    select * from models
    union all by name
    select * from languages
    union all by name
    select * from sizes
),

nearest as (
    select
        claim,
        within,
        any_value(value) as value,
        any_value(half_unit) as half_unit,
        max(other_value) as highest,
        min(other_value) as lowest,
        arg_max(other, other_value) as highest_other,
        arg_min(other, other_value) as lowest_other,
        max(other_half_unit) as other_half_unit
    from compared
    group by
        claim,
        within
),

-- Two rounded numbers that are printed alike, or next to alike, may stand in either order.
checks as (
    select
        claims.document,
        claims.place,
        'claim: ' || replace(claims.kind, '_', ' ') as kind,
        claims.subject || ', ' || nearest.within as subject,
        nearest.value as claimed,
        'bounded' as relation,
        case when claims.kind != 'lowest_emotion' then nearest.highest end as found_low,
        case when claims.kind = 'lowest_emotion' then nearest.lowest end as found_high,
        nearest.half_unit + nearest.other_half_unit as tolerance,
        case
            when claims.kind = 'lowest_emotion'
                then
                    {{ shown('nearest.value') }} || ' against the lowest of the others, '
                    || {{ shown('nearest.lowest') }} || ' (' || nearest.lowest_other || ')'
            else
                {{ shown('nearest.value') }} || ' against the highest of the others, '
                || {{ shown('nearest.highest') }} || ' (' || nearest.highest_other || ')'
        end as arithmetic,
        claims.about || ': “' || claims.quote || '”' as comment
    from claims
    inner join nearest
        on claims.claim = nearest.claim
)

{{ audited('checks') }}
