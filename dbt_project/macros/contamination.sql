{#- What the rule of the mart `contamination` turns on; docs/contamination.md gives the reasons.
    strong_excess: an excess, in logits, as large as a classifier gains by being trained on a corpus.
    fewest_df: degrees of freedom that a spread needs before an interval is made of it.
    fewest_elsewhere: other corpora that a drop or an agreement is compared with.
    lowest_score: scores are moved this far from 0 and 1 before the logit is taken. -#}
{% macro contamination_thresholds() -%}
    {{ return({
        'strong_excess': 1.3,
        'fewest_df': 3,
        'fewest_elsewhere': 3,
        'lowest_score': 0.01,
    }) }}
{%- endmacro %}

{#- The other things that a run can hear instead of the clip: column `condition` of the runs. The
    first two hold no voice (what remains is the words, or habit); the others hold it disturbed. -#}
{% macro voiceless_conditions() -%}
    {{ return(['transcript', 'silence']) }}
{%- endmacro %}

{% macro perturbing_conditions() -%}
    {{ return(['noise', 'pitch', 'tempo', 'reversed']) }}
{%- endmacro %}

{#- A score away from 0 and 1: by half a clip, or by the lowest score, whichever is more. -#}
{% macro clipped(score, n) -%}
    least(
        greatest({{ score }}, {{ contamination_thresholds().lowest_score }}, 0.5 / {{ n }}),
        1 - greatest({{ contamination_thresholds().lowest_score }}, 0.5 / {{ n }})
    )
{%- endmacro %}

{% macro logit(p) -%}
    ln({{ p }} / (1 - {{ p }}))
{%- endmacro %}

{#- The 97.5 % quantile of Student's t, which makes 95 % intervals: from a table up to 30 degrees of
    freedom, by the Cornish-Fisher expansion (Abramowitz & Stegun 26.7.5) above; NULL below 1. -#}
{% macro t_quantile(df) -%}
    case
        when {{ df }} < 1 then null
        when {{ df }} <= 30 then [
            12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004,
            2.262157, 2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905,
            2.109816, 2.100922, 2.093024, 2.085963, 2.079614, 2.073873, 2.068658, 2.063899,
            2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272
        ][{{ df }}]
        else 1.959964 + 2.372271 / {{ df }} + 2.822499 / ({{ df }} * {{ df }})
    end
{%- endmacro %}

{#- The extractions that contamination is judged under: those that people compare, not a sweep. -#}
{% macro judged_extractions() -%}
    select extraction from {{ ref('extractions') }} where not is_sweep
{%- endmacro %}

{#- The first and the last day that a date can mean which is given as a year, a month or a day. -#}
{% macro first_day(given) -%}
    (left({{ given }} || '-01-01', 10))::date
{%- endmacro %}

{% macro final_day(given) -%}
    case length({{ given }})
        when 4 then ({{ given }} || '-12-31')::date
        when 7 then last_day(({{ given }} || '-01')::date)
        else {{ given }}::date
    end
{%- endmacro %}
