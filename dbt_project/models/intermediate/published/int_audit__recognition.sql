-- Mean recalls of a text against what a guess would get, and against the estimator that it names.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
    where
        metric = 'uar'
        and place like 'text%'
),

corpora as (
    select * from {{ ref('published_corpora') }}
    where dataset is not null
),

described as (
    select
        numbers.*,
        corpora.emotions
    from numbers
    left join corpora
        on
            numbers.document = corpora.document
            and numbers.dataset = corpora.dataset
),

checks as (
    select
        document,
        place,
        'UAR above chance' as kind,
        dataset as subject,
        value as claimed,
        'bounded' as relation,
        1 / emotions as found_low,
        case when emotions is not null then 1 end as found_high,
        half_unit as tolerance,
        printed
        || ' printed, '
        || coalesce(
            'chance among ' || emotions || ' classes is ' || {{ shown('1 / emotions') }},
            'no classes are stated'
        )
            as arithmetic,
        case
            when emotions is null then 'a mean recall needs classes, and the text gives the corpus none'
        end as comment
    from described
    union all by name
    select
        document,
        place,
        'estimator of a UAR' as kind,
        dataset as subject,
        value as claimed,
        'bounded' as relation,
        -- What a classifier gives is a recall; a regressor gives no classes to recall.
        case when model not ilike '%regressor%' then 0 end as found_low,
        case when model not ilike '%regressor%' then 1 end as found_high,
        0 as tolerance,
        printed || ' printed for ' || model as arithmetic,
        case
            when
                model ilike '%regressor%'
                then 'a regressor predicts no classes: which classifier it was is not said'
        end
            as comment
    from described
)

{{ audited('checks') }}
