{#- The Levenshtein (indel) ratio 2·LCS / (len(word) + len(label)) in plain SQL, kept in the database
    for people who open it without Python; equal to the UDF label_ratios.

    Hyyrö's bit-parallel LCS: the state v has one bit per character of the label; every character
    of the word contributes m, the bits where it occurs in the label. HUGEINT holds 120 of them. -#}
{% macro create_indel_ratio() -%}
create or replace macro indel_ratio(word, label) as (
    case
        when word is null or label is null then null
        when length(word) + length(label) = 0 then 1.0::double
        when length(label) > 120 then error('indel_ratio: labels have at most 120 characters')
        else 2.0::double * (
            length(label) - bit_count(
                list_reduce(
                    list_transform(
                        string_split(word, ''),
                        lambda c: coalesce(list_sum(list_transform(
                            range(1, length(label) + 1),
                            lambda i: case
                                when label[i] = c then 1::hugeint << (i - 1)::int else 0::hugeint
                            end
                        )), 0)::hugeint
                    ),
                    lambda v, m: ((v + (v & m)) | (v - (v & m)))
                        & ((1::hugeint << length(label)::int) - 1),
                    (1::hugeint << length(label)::int) - 1
                )
            )
        ) / (length(word) + length(label))
    end
)
{%- endmacro %}
