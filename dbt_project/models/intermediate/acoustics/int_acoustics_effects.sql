-- Hedges' g of every emotion in every corpus and language, against the other emotions and against
-- neutral: the difference of means in standard deviations, without the bias of small samples.
with

clips as (
    select * from {{ ref('int_acoustics_normalised') }}
),

cells as (
    select
        synthetic,
        dataset,
        language,
        cue,
        emotion,
        bool_and(by_speaker) as by_speaker,
        count(*) as n,
        avg(centred) as mean,
        -- Sum of squares about the cell's own mean.
        var_pop(centred) * count(*) as spread
    from clips
    group by
        synthetic,
        dataset,
        language,
        cue,
        emotion
),

-- The other emotions as one group, with its mean and its spread about that.
pairs as (
    select
        cell.synthetic,
        cell.dataset,
        cell.language,
        cell.cue,
        cell.emotion,
        'others' as reference,
        bool_and(cell.by_speaker) as by_speaker,
        any_value(cell.n) as n,
        any_value(cell.mean) as mean,
        any_value(cell.spread) as spread,
        sum(other.n) as n_reference,
        sum(other.n * other.mean) / sum(other.n) as reference_mean,
        sum(other.spread + other.n * other.mean ** 2)
        - sum(other.n * other.mean) ** 2 / sum(other.n) as reference_spread
    from cells as cell
    inner join cells as other
        on
            cell.dataset = other.dataset
            and cell.language = other.language
            and cell.cue = other.cue
            and cell.emotion != other.emotion
    group by
        cell.synthetic,
        cell.dataset,
        cell.language,
        cell.cue,
        cell.emotion
    union all by name
    select
        cell.synthetic,
        cell.dataset,
        cell.language,
        cell.cue,
        cell.emotion,
        'neutral' as reference,
        cell.by_speaker,
        cell.n,
        cell.mean,
        cell.spread,
        neutral.n as n_reference,
        neutral.mean as reference_mean,
        neutral.spread as reference_spread
    from cells as cell
    inner join cells as neutral
        on
            cell.dataset = neutral.dataset
            and cell.language = neutral.language
            and cell.cue = neutral.cue
            and neutral.emotion = 'neutral'
    where cell.emotion != 'neutral'
),

effects as (
    select
        *,
        n + n_reference - 2 as df,
        sqrt((spread + reference_spread) / nullif(n + n_reference - 2, 0)) as sd
    from pairs
    -- A mean of one or two clips has no spread worth the name.
    where
        n >= 3
        and n_reference >= 3
),

hedges as (
    select
        *,
        mean - reference_mean as difference,
        (mean - reference_mean) / sd * (1 - 3 / (4 * df - 1)) as g
    from effects
    where sd > 0
),

int_acoustics_effects as (
    select
        synthetic,
        dataset,
        language,
        cue,
        emotion,
        reference,
        by_speaker,
        n,
        n_reference,
        difference,
        g,
        (n + n_reference) / (n * n_reference) + g ** 2 / (2 * (n + n_reference)) as variance
    from hedges
)

select * from int_acoustics_effects
