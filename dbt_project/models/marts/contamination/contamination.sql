-- Per source, system, corpus and extraction what there is to judge contamination by, piece by
-- piece, and what the rule of docs/contamination.md makes of it.
{%- set thresholds = contamination_thresholds() %}
with

evidence as (
    select * from {{ ref('int_contamination_evidence') }}
),

weighed as (
    select
        *,
        coalesce(excess_left_low > 0, false) as is_beyond_chance,
        coalesce(excess_left_low > 0 and excess_left >= {{ thresholds.strong_excess }}, false) as is_strong,
        coalesce(
            wide_left_low > 0 and wide_left >= {{ thresholds.strong_excess }}, false
        ) as is_strong_widely,
        coalesce((extra_drop_low > 0)::int, 0)
        + coalesce((extra_agreement_low > 0)::int, 0) as n_supports,
        case
            when
                transcript_macro_f1 is not null
                and coalesce(excess_low > 0 and beyond_words_low <= 0, false)
                then 'explains'
            when transcript_macro_f1 is not null then 'measured'
            when lexical_documented = 'none' then 'absent'
            when lexical_documented = 'unknown' then 'unknown'
            else 'open'
        end as lexical_state
    from evidence
),

judged as (
    select
        *,
        case
            when declared_claim = 'trained_on' then 'declared'
            when declared_claim = 'untrained' then 'none'
            when
                (is_strong or (is_beyond_chance and n_supports = 2))
                and lexical_state in ('absent', 'measured')
                and public_before_system != 'no'
                then 'likely'
            when
                is_beyond_chance
                or is_strong_widely
                or n_supports = 2
                or declared_claim = 'trained_on_recalled'
                then 'possible'
            else 'none'
        end as verdict,
        coalesce(
            excess is not null
            or (extra_drop_low is not null and extra_agreement_low is not null)
            or declared_claim in ('trained_on', 'trained_on_recalled', 'untrained'),
            false
        ) as assessable,
        case
            when lexical_state = 'open'
                then
                    'lexical (' || lexical_documented || '), not ruled out without a transcript-only run: '
                    || lexical_why
            when lexical_state = 'unknown' and is_beyond_chance
                then
                    'lexical (unknown), not ruled out without a transcript-only run'
                    || coalesce(': ' || lexical_why, '')
            when lexical_state = 'explains'
                then
                    'lexical (' || lexical_documented || '), explains the excess: the words alone score '
                    || format('{:.2f}', transcript_macro_f1)
            when lexical_state = 'measured' and lexical_documented in ('partial', 'full')
                then
                    'lexical (' || lexical_documented || '), measured: the words alone score '
                    || format('{:.2f}', transcript_macro_f1)
        end as confound
    from weighed
),

contamination as (
    select
        *,
        concat_ws(
            '; ',
            case declared_claim
                when 'trained_on' then 'declared as training data (' || declaration_grade || ')'
                when 'untrained' then 'the system is not trained on anything (' || declaration_grade || ')'
                when 'trained_on_recalled' then 'recalled, not read, to be training data (C)'
            end,
            case
                when excess is null then 'no expectation: ' || excess_reason
                else
                    'macro F1 ' || format('{:.2f}', macro_f1) || ' where '
                    || format('{:.2f}', expected_macro_f1) || ' was expected from '
                    || n_reference_systems || ' other systems and ' || n_reference_places
                    || case reference
                        when 'same_language' then ' other corpora of the language'
                        when 'all_languages' then ' other corpora'
                        else ' other languages'
                    end
                    || ': excess ' || format('{:.2f}', excess) || ' logits, 95 % interval '
                    || format('{:.2f}', excess_low) || ' to ' || format('{:.2f}', excess_high)
            end,
            case
                when beyond_voiceless is not null and excess is not null
                    then
                        'of it ' || format('{:.2f}', excess_left)
                        || ' remain beyond what is scored without the voice (from '
                        || format('{:.2f}', excess_left_low) || ')'
            end,
            case
                when is_strong_widely and not is_strong
                    then
                        'against corpora of all languages the excess is '
                        || format('{:.2f}', excess_all_languages)
                        || ': good at the language, or several of its corpora were seen'
            end,
            case
                when extra_drop_low > 0
                    then
                        'disturbing the voice costs ' || format('{:.2f}', drop_perturbed) || ', elsewhere '
                        || format('{:.2f}', drop_elsewhere)
            end,
            case
                when extra_agreement_low > 0
                    then
                        'the same label at temperature ' || format('{:.1f}', highest_temperature) || ' for '
                        || format('{:.0f}', 100 * agreement) || ' % of clips, elsewhere '
                        || format('{:.0f}', 100 * agreement_elsewhere) || ' %'
            end,
            -- A confound is a reason where there is something to explain.
            case when is_beyond_chance or lexical_state = 'explains' then confound end,
            case
                when public_before_system = 'no'
                    then
                        'public (' || corpus_public || ') only after the system (' || system_released || ')'
            end
        ) as because
    from judged
)

select
    source,
    system,
    dataset,
    language,
    extraction,
    verdict,
    assessable,
    because,
    confound,
    run_id,
    macro_f1,
    n,
    chance,
    declared_claim,
    declaration_grade,
    declarations,
    declaration_sources,
    public_before_system,
    corpus_public,
    system_released,
    reference,
    n_reference_systems,
    n_reference_places,
    expected_macro_f1,
    excess,
    excess_low,
    excess_high,
    excess_reason,
    excess_all_languages,
    excess_all_languages_low,
    excess_all_languages_high,
    lexical_documented,
    lexical_why,
    lexical_state,
    transcript_macro_f1,
    silence_macro_f1,
    -- Remaining means that something was taken away: NULL until a run heard no voice.
    case when beyond_voiceless is not null then excess_left end as excess_remaining,
    case when beyond_voiceless is not null then excess_left_low end as excess_remaining_low,
    case when beyond_voiceless is not null then excess_left_high end as excess_remaining_high,
    case
        when source != 'warehouse' then 'the document has no such scores'
        when beyond_voiceless is null then 'no run on the transcript or on silence covers this corpus'
        when excess is null then excess_reason
    end as remaining_reason,
    drop_noise,
    drop_pitch,
    drop_tempo,
    drop_reversed,
    drop_perturbed,
    drop_perturbed_low,
    drop_perturbed_high,
    drop_elsewhere,
    extra_drop,
    extra_drop_low,
    extra_drop_high,
    case
        when source != 'warehouse' then 'the document has no such scores'
        when drop_perturbed is null then 'not every kind of disturbed voice was run on this corpus'
        when extra_drop_low is null
            then 'fewer than {{ thresholds.fewest_elsewhere }} other corpora to compare the drop with'
    end as drop_reason,
    highest_temperature,
    temperature_drop,
    agreement,
    agreement_elsewhere,
    extra_agreement,
    extra_agreement_low,
    extra_agreement_high,
    case
        when source != 'warehouse' then 'the document has no such answers'
        when agreement is null then 'no run at a higher temperature covers this corpus'
        when extra_agreement_low is null
            then
                'fewer than {{ thresholds.fewest_elsewhere }} other corpora to compare the agreement with'
    end as agreement_reason,
    {{ as_of() }} as as_of
from contamination
order by
    source desc,
    extraction asc,
    system asc,
    dataset asc
