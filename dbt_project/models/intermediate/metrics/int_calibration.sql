-- How sure systems are, and how right, in fifteen bins of confidence: sums per run, over all corpora
-- and per corpus. Confidence is the probability of the most probable candidate.
{%- set bins = 15 %}
with

probabilities as (
    select
        run_id,
        synthetic,
        dataset,
        emotion,
        candidates,
        probabilities,
        list_reverse_sort(probabilities) as ranked,
        probabilities[list_position(candidates, emotion)] as p_truth,
        list_sum(list_transform(probabilities, lambda p: p * p)) as sum_of_squares
    from {{ ref('int_label_probabilities') }}
    where probabilities is not null
),

scored as (
    select
        run_id,
        synthetic,
        dataset,
        least(floor(ranked[1] * {{ bins }}), {{ bins - 1 }})::integer as bin,
        ranked[1] as confidence,
        -- Of candidates that tie one is chosen: who gives all the same probability is not always right.
        ({{ most_probable('candidates', 'probabilities', 'ranked') }} = emotion)::double as hit,
        sum_of_squares - 2 * p_truth + 1 as brier,
        -- A truth that was given no probability at all would cost without end.
        -ln(greatest(p_truth, 1e-15)) as nll
    from probabilities
),

int_calibration as (
    select
        run_id,
        synthetic,
        case when grouping(dataset) = 0 then 'dataset' else 'all' end as slice,
        dataset,
        bin,
        count(*) as n,
        sum(confidence) as confidence,
        sum(hit) as hits,
        sum(brier) as brier,
        sum(nll) as nll
    from scored
    group by grouping sets (
        (run_id, synthetic, bin),
        (run_id, synthetic, dataset, bin)
    )
)

select * from int_calibration
