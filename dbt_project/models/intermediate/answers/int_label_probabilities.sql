-- What systems that give log-probabilities make of every clip: the probability of each candidate,
-- normalised over the candidates; NULL where there are none, or not one number per label. One row per
-- clip of every run that stored any.
with

predictions as (
    select
        run_id,
        file_id,
        dataset,
        language,
        synthetic,
        group_id,
        emotion,
        labels,
        answer_id,
        label_logprobs
    from {{ ref('int_predictions') }}
),

runs as (
    select distinct run_id
    from predictions
    where label_logprobs is not null
),

-- Less the highest, so that the largest exponential is 1 and they never add up to 0. Rounding may put
-- a certain label a hair above 0; what is further above is no log-probability.
weighed as (
    select
        * exclude (labels, label_logprobs),
        string_split(labels, '|') as candidates,
        case
            when
                len(label_logprobs) = len(string_split(labels, '|'))
                and list_count(label_logprobs) = len(label_logprobs)
                and list_max(label_logprobs) <= 0.0001
                and isfinite(list_max(label_logprobs))
                then list_transform(label_logprobs, lambda x: exp(x - list_max(label_logprobs)))
        end as weights
    from predictions
    where run_id in (select runs.run_id from runs)
),

int_label_probabilities as (
    select
        * exclude (weights),
        list_transform(weights, lambda w: w / list_sum(weights)) as probabilities
    from weighed
)

select * from int_label_probabilities
