-- How far every emotion moves every acoustic cue: per corpus, pooled by language, and over all.
with

effects as (
    select * from {{ ref('int_acoustics_effects') }}
),

-- Over languages every language counts as often as it has corpora; `grouping sets` make the slices.
sums as (
    select
        synthetic,
        language,
        cue,
        emotion,
        reference,
        bool_and(by_speaker) as by_speaker,
        count(*) as n_corpora,
        sum(n)::bigint as n,
        sum(n_reference)::bigint as n_reference,
        count(*) filter (where g > 0) as n_positive,
        count(*) filter (where g < 0) as n_negative,
        sum(1 / variance) as w,
        sum(g / variance) as wg,
        sum(g ** 2 / variance) as wgg,
        sum(1 / variance ** 2) as ww
    from effects
    group by grouping sets (
        (synthetic, language, cue, emotion, reference),
        (synthetic, cue, emotion, reference)
    )
),

-- DerSimonian & Laird 1986: corpora differ by more than their samples do, and by how much is
-- estimated from their disagreement.
between_corpora as (
    select
        *,
        case
            when n_corpora > 1
                then greatest(0, (wgg - wg ** 2 / w - (n_corpora - 1)) / (w - ww / w))
            else 0
        end as tau2
    from sums
),

-- Sums over the same cells again, now weighed with what corpora differ by.
weighted as (
    select
        pools.*,
        sum(1 / (effects.variance + pools.tau2)) as weight,
        sum(effects.g / (effects.variance + pools.tau2)) as weighted_g
    from between_corpora as pools
    inner join effects
        on
            pools.synthetic = effects.synthetic
            and coalesce(pools.language, effects.language) = effects.language
            and pools.cue = effects.cue
            and pools.emotion = effects.emotion
            and pools.reference = effects.reference
    group by all
),

slices as (
    select
        'corpus' as scope,
        synthetic,
        dataset,
        language,
        cue,
        emotion,
        reference,
        by_speaker,
        1::bigint as n_corpora,
        n::bigint as n,
        n_reference::bigint as n_reference,
        (g > 0)::bigint as n_positive,
        (g < 0)::bigint as n_negative,
        difference,
        g,
        sqrt(variance) as se,
        0.0 as tau
    from effects
    union all by name
    select
        case when language is null then 'all' else 'language' end as scope,
        synthetic,
        null as dataset,
        language,
        cue,
        emotion,
        reference,
        by_speaker,
        n_corpora,
        n,
        n_reference,
        n_positive,
        n_negative,
        null as difference,
        weighted_g / weight as g,
        sqrt(1 / weight) as se,
        sqrt(tau2) as tau
    from weighted
)

select
    scope,
    dataset,
    language,
    emotion,
    reference,
    cue,
    synthetic,
    by_speaker,
    n_corpora,
    n,
    n_reference,
    difference,
    g,
    se,
    g - 1.959964 * se as low,
    g + 1.959964 * se as high,
    case when abs(g) > 1.959964 * se then sign(g)::integer else 0 end as direction,
    n_positive,
    n_negative,
    tau,
    {{ as_of() }} as as_of
from slices
order by
    synthetic,
    scope,
    dataset,
    language,
    emotion,
    reference,
    cue
