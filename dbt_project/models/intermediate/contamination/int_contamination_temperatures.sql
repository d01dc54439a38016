-- How sure a system is of a corpus: the share of clips that get the same label at the lowest and at
-- the highest temperature, beside the mean of that over the system's other corpora.
with

agreements as (
    select * from {{ ref('int_contamination_agreements') }}
),

-- Of corpora that were asked about in full at both temperatures.
scores as (
    select * from {{ ref('int_contamination_scores') }}
    where n = clips
),

whole as (
    select
        agreements.*,
        base.macro_f1 - hottest.macro_f1 as temperature_drop
    from agreements
    inner join scores as base
        on
            agreements.system = base.system
            and agreements.extraction = base.extraction
            and agreements.dataset = base.dataset
            and base.role = 'base'
    inner join scores as hottest
        on
            agreements.system = hottest.system
            and agreements.extraction = hottest.extraction
            and agreements.dataset = hottest.dataset
            and hottest.role = 'hottest'
),

elsewhere as (
    select
        here.system,
        here.extraction,
        here.dataset,
        count(*) as n_elsewhere,
        avg(others.agreement) as agreement_elsewhere,
        stddev_samp(others.agreement) as agreement_spread
    from whole as here
    inner join whole as others
        on
            here.system = others.system
            and here.extraction = others.extraction
            and here.dataset != others.dataset
    group by
        here.system,
        here.extraction,
        here.dataset
),

int_contamination_temperatures as (
    select
        whole.*,
        coalesce(elsewhere.n_elsewhere, 0) as n_elsewhere,
        elsewhere.agreement_elsewhere,
        whole.agreement - elsewhere.agreement_elsewhere as extra_agreement,
        case
            when elsewhere.n_elsewhere >= {{ contamination_thresholds().fewest_elsewhere }}
                then
                    sqrt(
                        elsewhere.agreement_spread * elsewhere.agreement_spread
                        * (1 + 1 / elsewhere.n_elsewhere)
                        + whole.agreement * (1 - whole.agreement) / whole.n
                    )
                    * {{ t_quantile('(elsewhere.n_elsewhere - 1)') }}
        end as extra_agreement_half_width
    from whole
    left join elsewhere
        on
            whole.system = elsewhere.system
            and whole.extraction = elsewhere.extraction
            and whole.dataset = elsewhere.dataset
)

select
    * exclude (extra_agreement_half_width),
    extra_agreement - extra_agreement_half_width as extra_agreement_low,
    extra_agreement + extra_agreement_half_width as extra_agreement_high
from int_contamination_temperatures
