{#- The cues whose effects are worked out: columns of the mart `acoustics`. -#}
{% macro acoustic_cues() -%}
    {{ return([
        'f0_median', 'f0_sd', 'f0_range', 'f0_final', 'f0_irregularity', 'jitter', 'harmonicity',
        'level', 'level_sd', 'rate', 'high_frequency', 'centroid', 'voiced_fraction'
    ]) }}
{%- endmacro %}
