{#- The most probable candidate; of those that tie to nine digits the first in alphabetical order.
    `ranked` is `probabilities` in descending order. The extraction logprob and calibration both ask
    here, so that no tie is a hit for one and a miss for the other. -#}
{% macro most_probable(candidates, probabilities, ranked) -%}
    case
        when round({{ ranked }}[1] - {{ ranked }}[2], 9) = 0
            then list_min(list_filter(
                {{ candidates }},
                lambda label: round(
                    {{ ranked }}[1] - {{ probabilities }}[list_position({{ candidates }}, label)], 9
                ) = 0
            ))
        else {{ candidates }}[list_position({{ probabilities }}, {{ ranked }}[1])]
    end
{%- endmacro %}
