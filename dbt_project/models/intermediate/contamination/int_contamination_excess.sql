-- The excess of every pair over what the additive model expects of it, with a 95 % interval.
with

tables as (
    select * from {{ ref('int_contamination_tables') }}
),

cells as (
    select * from {{ ref('int_contamination_cells') }}
    where scope = 'dataset'
),

-- score = system + corpus + deviation. Without its cell, the least-squares expectation of the pair
-- in a complete table is the corpus' mean plus the system's mean minus the mean of the rest.
expected as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        avg(score) filter (where part = 'others')
        + avg(score) filter (where part = 'elsewhere')
        - avg(score) filter (where part = 'rest') as expected,
        count(*) filter (where part = 'others') as n_systems,
        count(*) filter (where part = 'elsewhere') as n_places,
        any_value(place) filter (where part = 'others') as own_place
    from tables
    group by
        source,
        extraction,
        system,
        dataset,
        reference
),

-- The deviations of the other cells are those of the table with the expectation filled in: its own
-- deviation is then 0, and it costs a degree of freedom.
filled_in as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        row_system,
        place,
        score
    from tables
    union all
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        system as row_system,
        own_place as place,
        expected as score
    from expected
),

deviations as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        score
        - avg(score) over (partition by source, extraction, system, dataset, reference, row_system)
        - avg(score) over (partition by source, extraction, system, dataset, reference, place)
        + avg(score) over (partition by source, extraction, system, dataset, reference) as deviation
    from filled_in
),

squares as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        sum(deviation * deviation) as sum_of_squares
    from deviations
    group by
        source,
        extraction,
        system,
        dataset,
        reference
),

-- The variance of a new cell around its expectation, and the cell's own sampling error on top.
spread as (
    select
        expected.*,
        cells.score,
        cells.score_se,
        cells.chance,
        expected.n_systems * expected.n_places - 1 as df,
        squares.sum_of_squares,
        (1 + 1 / expected.n_systems) * (1 + 1 / expected.n_places) as leverage
    from expected
    inner join squares
        on
            expected.source = squares.source
            and expected.extraction = squares.extraction
            and expected.system = squares.system
            and expected.dataset = squares.dataset
            and expected.reference = squares.reference
    inner join cells
        on
            expected.source = cells.source
            and expected.extraction = cells.extraction
            and expected.system = cells.system
            and expected.dataset = cells.dataset
),

int_contamination_excess as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        expected,
        -- The expectation as a macro F1.
        1 / (1 + exp(-(expected + {{ logit('chance') }}))) as expected_macro_f1,
        score - expected as excess,
        sqrt(sum_of_squares / df * leverage + score_se * score_se) * {{ t_quantile('df') }} as half_width,
        sqrt(sum_of_squares / df) as spread,
        n_systems,
        n_places,
        df
    from spread
    where df >= {{ contamination_thresholds().fewest_df }}
)

select
    * exclude (half_width),
    excess - half_width as excess_low,
    excess + half_width as excess_high,
    -- The nearest reference is the one to judge by: corpora of the language, else all, else languages.
    row_number() over (
        partition by source, extraction, system, dataset
        order by list_position(['same_language', 'all_languages', 'language_scores'], reference)
    ) = 1 as is_primary
from int_contamination_excess
