-- What every extraction reads in every distinct answer.
{% for method in extraction_methods() %}
select
    answer_id,
    extraction,
    label,
    score,
    margin,
    status
from {{ ref('int_extract__' ~ method) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
