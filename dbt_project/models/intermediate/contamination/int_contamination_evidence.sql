-- Every piece of evidence about a pair of system and corpus in one row, before it is judged.
{%- set thresholds = contamination_thresholds() %}
with

facts as (
    select * from {{ ref('int_contamination_facts') }}
),

cells as (
    select * from {{ ref('int_contamination_cells') }}
    where
        scope = 'dataset'
        and source != 'warehouse'
),

extractions as (
    {{ judged_extractions() }}
),

answered as (
    select distinct
        confusion.system,
        confusion.dataset,
        confusion.extraction
    from {{ ref('confusion') }} as confusion
    inner join extractions
        on confusion.extraction = extractions.extraction
    where not confusion.synthetic
),

corpora as (
    select
        dataset,
        language,
        1 / len(labels) as chance
    from {{ ref('stg_corpora') }}
),

base_scores as (
    select * from {{ ref('int_contamination_scores') }}
    where role = 'base'
),

excess as (
    select * from {{ ref('int_contamination_excess') }}
),

conditions as (
    select
        *,
        condition = 'transcript' as is_transcript,
        condition in {{ sql_list(voiceless_conditions()) }} as is_voiceless
    from {{ ref('int_contamination_conditions') }}
),

temperatures as (
    select * from {{ ref('int_contamination_temperatures') }}
),

-- Every pair that has an answer of any run is a row, scored or not.
pairs as (
    select
        'warehouse' as source,
        answered.system,
        answered.dataset,
        corpora.language,
        answered.extraction,
        base_scores.run_id,
        base_scores.macro_f1,
        base_scores.n,
        corpora.chance,
        case
            when base_scores.run_id is null then 'the base run was not asked about this corpus'
            when base_scores.n < base_scores.clips
                then
                    'the base run was asked about ' || base_scores.n || ' of ' || base_scores.clips
                    || ' clips'
        end as incomplete
    from answered
    inner join corpora
        on answered.dataset = corpora.dataset
    left join base_scores
        on
            answered.system = base_scores.system
            and answered.dataset = base_scores.dataset
            and answered.extraction = base_scores.extraction
    union all
    select
        source,
        system,
        dataset,
        language,
        extraction,
        null as run_id,
        macro_f1,
        n,
        chance,
        null as incomplete
    from cells
),

heard as (
    select
        system,
        extraction,
        dataset,
        max(macro_f1) filter (where condition = 'transcript') as transcript_macro_f1,
        max(macro_f1) filter (where condition = 'silence') as silence_macro_f1,
        max(drop) filter (where condition = 'noise') as drop_noise,
        max(drop) filter (where condition = 'pitch') as drop_pitch,
        max(drop) filter (where condition = 'tempo') as drop_tempo,
        max(drop) filter (where condition = 'reversed') as drop_reversed,
        -- What the clip is worth beyond the words, or beyond habit: the smaller counts.
        min(score_drop) filter (where is_voiceless) as beyond_voiceless,
        min(score_drop - 1.959964 * score_drop_se) filter (where is_voiceless) as beyond_voiceless_low,
        min(score_drop + 1.959964 * score_drop_se) filter (where is_voiceless) as beyond_voiceless_high,
        min(score_drop - 1.959964 * score_drop_se) filter (where is_transcript) as beyond_words_low,
        max(drop) filter (where condition = 'perturbed') as drop_perturbed,
        max(drop - 1.959964 * drop_se) filter (where condition = 'perturbed') as drop_perturbed_low,
        max(drop + 1.959964 * drop_se) filter (where condition = 'perturbed') as drop_perturbed_high,
        max(drop_elsewhere) filter (where condition = 'perturbed') as drop_elsewhere,
        max(extra_drop) filter (where condition = 'perturbed') as extra_drop,
        max(extra_drop_low) filter (where condition = 'perturbed') as extra_drop_low,
        max(extra_drop_high) filter (where condition = 'perturbed') as extra_drop_high
    from conditions
    group by
        system,
        extraction,
        dataset
),

int_contamination_evidence as (
    select
        pairs.*,
        facts.declared_claim,
        facts.declaration_grade,
        facts.declarations,
        facts.declaration_sources,
        facts.corpus_public,
        facts.system_released,
        facts.public_before_system,
        facts.lexical_documented,
        facts.lexical_why,

        primary_excess.reference,
        primary_excess.n_systems as n_reference_systems,
        primary_excess.n_places as n_reference_places,
        primary_excess.expected_macro_f1,
        primary_excess.excess,
        primary_excess.excess_low,
        primary_excess.excess_high,
        case
            when primary_excess.excess is not null then null
            when pairs.incomplete is not null then pairs.incomplete
            when pairs.chance = 1 then 'the corpus has one label: nothing to guess'
            else
                'too few other systems and corpora asked about in full: an interval needs '
                || '{{ thresholds.fewest_df }} degrees of freedom'
        end as excess_reason,
        wide_excess.excess as excess_all_languages,
        wide_excess.excess_low as excess_all_languages_low,
        wide_excess.excess_high as excess_all_languages_high,

        heard.transcript_macro_f1,
        heard.silence_macro_f1,
        heard.beyond_voiceless,
        heard.beyond_words_low,
        heard.drop_noise,
        heard.drop_pitch,
        heard.drop_tempo,
        heard.drop_reversed,
        heard.drop_perturbed,
        heard.drop_perturbed_low,
        heard.drop_perturbed_high,
        heard.drop_elsewhere,
        heard.extra_drop,
        heard.extra_drop_low,
        heard.extra_drop_high,
        -- least() passes over a NULL; without an excess nothing is left of it.
        case
            when primary_excess.excess is not null then least(primary_excess.excess, heard.beyond_voiceless)
        end as excess_left,
        case
            when primary_excess.excess is not null
                then least(primary_excess.excess_low, heard.beyond_voiceless_low)
        end as excess_left_low,
        case
            when primary_excess.excess is not null
                then least(primary_excess.excess_high, heard.beyond_voiceless_high)
        end as excess_left_high,
        case
            when wide_excess.excess is not null then least(wide_excess.excess, heard.beyond_voiceless)
        end as wide_left,
        case
            when wide_excess.excess is not null
                then least(wide_excess.excess_low, heard.beyond_voiceless_low)
        end as wide_left_low,

        temperatures.highest_temperature,
        temperatures.temperature_drop,
        temperatures.agreement,
        temperatures.agreement_elsewhere,
        temperatures.extra_agreement,
        temperatures.extra_agreement_low,
        temperatures.extra_agreement_high
    from pairs
    inner join facts
        on
            pairs.system = facts.system
            and pairs.dataset = facts.dataset
    left join excess as primary_excess
        on
            pairs.source = primary_excess.source
            and pairs.extraction = primary_excess.extraction
            and pairs.system = primary_excess.system
            and pairs.dataset = primary_excess.dataset
            and primary_excess.is_primary
    left join excess as wide_excess
        on
            pairs.source = wide_excess.source
            and pairs.extraction = wide_excess.extraction
            and pairs.system = wide_excess.system
            and pairs.dataset = wide_excess.dataset
            and wide_excess.reference = 'all_languages'
            and not wide_excess.is_primary
    -- Only the warehouse has runs under other conditions and temperatures.
    left join heard
        on
            pairs.system = heard.system
            and pairs.extraction = heard.extraction
            and pairs.dataset = heard.dataset
            and pairs.source = 'warehouse'
    left join temperatures
        on
            pairs.system = temperatures.system
            and pairs.extraction = temperatures.extraction
            and pairs.dataset = temperatures.dataset
            and pairs.source = 'warehouse'
)

select * from int_contamination_evidence
