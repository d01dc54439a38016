-- For every pair of system and corpus, and every kind of reference, the complete table of other
-- systems and other corpora that its score is expected from. The pair itself is never in it; where
-- only scores per language are published, nor is the score of the language that holds the pair.
with

cells as (
    select
        *,
        case when scope = 'dataset' then dataset else language end as place
    from {{ ref('int_contamination_cells') }}
),

targets as (
    select
        source,
        extraction,
        system,
        dataset,
        language,
        unnest(['same_language', 'all_languages', 'language_scores']) as reference
    from cells
    where scope = 'dataset'
),

placed as (
    select
        *,
        case when reference = 'language_scores' then 'language' else 'dataset' end as scope,
        case when reference = 'language_scores' then language else dataset end as own_place
    from targets
),

-- What the system of the pair does elsewhere.
elsewhere as (
    select
        placed.*,
        cells.place,
        cells.score
    from placed
    inner join cells
        on
            placed.source = cells.source
            and placed.extraction = cells.extraction
            and placed.system = cells.system
            and placed.scope = cells.scope
            and placed.own_place != cells.place
    where
        placed.reference != 'same_language'
        or placed.language = cells.language
),

-- What other systems do on the corpus of the pair.
others as (
    select
        placed.*,
        cells.system as peer,
        cells.score
    from placed
    inner join cells
        on
            placed.source = cells.source
            and placed.extraction = cells.extraction
            and placed.system != cells.system
            and placed.scope = cells.scope
            and placed.own_place = cells.place
),

-- What these other systems do on those other corpora.
rest as (
    select
        elsewhere.source,
        elsewhere.extraction,
        elsewhere.system,
        elsewhere.dataset,
        elsewhere.reference,
        elsewhere.place,
        others.peer,
        cells.score,
        count(*) over pair_and_peer as n_shared
    from elsewhere
    inner join others
        on
            elsewhere.source = others.source
            and elsewhere.extraction = others.extraction
            and elsewhere.system = others.system
            and elsewhere.dataset = others.dataset
            and elsewhere.reference = others.reference
    inner join cells
        on
            others.source = cells.source
            and others.extraction = cells.extraction
            and others.peer = cells.system
            and elsewhere.scope = cells.scope
            and elsewhere.place = cells.place
    window
        pair_and_peer as (
            partition by
                elsewhere.source,
                elsewhere.extraction,
                elsewhere.system,
                elsewhere.dataset,
                elsewhere.reference,
                others.peer
        )
),

-- Not every system has heard every corpus. Systems join in the order of how many of the corpora
-- they share; a corpus stays as long as all who have joined have heard it.
ranked as (
    select
        *,
        dense_rank() over (
            partition by source, extraction, system, dataset, reference
            order by n_shared desc, peer asc
        ) as joined_as
    from rest
),

shared as (
    select
        *,
        row_number() over (
            partition by source, extraction, system, dataset, reference, place
            order by joined_as asc
        ) = joined_as as heard_by_all_so_far
    from ranked
),

sizes as (
    select
        source,
        extraction,
        system,
        dataset,
        reference,
        joined_as as n_systems,
        count(*) as n_places
    from shared
    where heard_by_all_so_far
    group by
        source,
        extraction,
        system,
        dataset,
        reference,
        joined_as
),

-- The table with most cells; of two such, the one with more systems.
chosen as (
    select * from sizes
    qualify
        row_number() over (
            partition by source, extraction, system, dataset, reference
            order by n_systems * n_places desc, n_systems desc
        ) = 1
),

kept_places as (
    select
        shared.source,
        shared.extraction,
        shared.system,
        shared.dataset,
        shared.reference,
        shared.place
    from shared
    inner join chosen
        on
            shared.source = chosen.source
            and shared.extraction = chosen.extraction
            and shared.system = chosen.system
            and shared.dataset = chosen.dataset
            and shared.reference = chosen.reference
            and shared.joined_as = chosen.n_systems
    where shared.heard_by_all_so_far
),

kept_peers as (
    select distinct
        shared.source,
        shared.extraction,
        shared.system,
        shared.dataset,
        shared.reference,
        shared.peer
    from shared
    inner join chosen
        on
            shared.source = chosen.source
            and shared.extraction = chosen.extraction
            and shared.system = chosen.system
            and shared.dataset = chosen.dataset
            and shared.reference = chosen.reference
            and shared.joined_as <= chosen.n_systems
),

int_contamination_tables as (
    select
        elsewhere.source,
        elsewhere.extraction,
        elsewhere.system,
        elsewhere.dataset,
        elsewhere.reference,
        'elsewhere' as part,
        elsewhere.system as row_system,
        elsewhere.place,
        elsewhere.score
    from elsewhere
    semi join kept_places
        on
            elsewhere.source = kept_places.source
            and elsewhere.extraction = kept_places.extraction
            and elsewhere.system = kept_places.system
            and elsewhere.dataset = kept_places.dataset
            and elsewhere.reference = kept_places.reference
            and elsewhere.place = kept_places.place
    union all
    select
        others.source,
        others.extraction,
        others.system,
        others.dataset,
        others.reference,
        'others' as part,
        others.peer as row_system,
        others.own_place as place,
        others.score
    from others
    semi join kept_peers
        on
            others.source = kept_peers.source
            and others.extraction = kept_peers.extraction
            and others.system = kept_peers.system
            and others.dataset = kept_peers.dataset
            and others.reference = kept_peers.reference
            and others.peer = kept_peers.peer
    union all
    select
        rest.source,
        rest.extraction,
        rest.system,
        rest.dataset,
        rest.reference,
        'rest' as part,
        rest.peer as row_system,
        rest.place,
        rest.score
    from rest
    semi join kept_places
        on
            rest.source = kept_places.source
            and rest.extraction = kept_places.extraction
            and rest.system = kept_places.system
            and rest.dataset = kept_places.dataset
            and rest.reference = kept_places.reference
            and rest.place = kept_places.place
    semi join kept_peers
        on
            rest.source = kept_peers.source
            and rest.extraction = kept_peers.extraction
            and rest.system = kept_peers.system
            and rest.dataset = kept_peers.dataset
            and rest.reference = kept_peers.reference
            and rest.peer = kept_peers.peer
)

select * from int_contamination_tables
