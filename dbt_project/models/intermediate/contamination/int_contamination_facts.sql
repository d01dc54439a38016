-- What is documented about every pair of a system and a corpus that has a score or an answer:
-- training data, dates, and whether the text gives the emotion away. All claims are kept.
with

systems as (
    select * from {{ ref('system_facts') }}
),

corpora as (
    select * from {{ ref('corpus_facts') }}
),

claims as (
    select
        *,
        -- A claim that was recalled and not read is a hint.
        case
            when claim = 'trained_on' and grade = 'C' then 'trained_on_recalled'
            else claim
        end as weighed_claim
    from {{ ref('training_declarations') }}
),

declarations as (
    select
        *,
        list_position(
            ['unknown', 'not_listed', 'evaluated_on', 'trained_on_recalled', 'untrained', 'trained_on'],
            weighed_claim
        ) as weight,
        list_position(['C', 'B', 'A-', 'A'], grade) as evidence
    from claims
),

pairs as (
    select
        system,
        dataset
    from {{ ref('int_contamination_cells') }}
    where scope = 'dataset'
    union
    select
        system,
        dataset
    from {{ ref('confusion') }}
    where not synthetic
),

-- A date that is given as a year or a month lies anywhere in it.
releases as (
    select
        system,
        min({{ first_day('release_date') }}) as earliest,
        max({{ final_day('release_date') }}) as latest,
        string_agg(release_date, ' or ' order by release_date) as dates
    from systems
    where release_date is not null
    group by system
),

publications as (
    select
        dataset,
        min({{ first_day('first_public') }}) as earliest,
        max({{ final_day('first_public') }}) as latest,
        string_agg(first_public, ' or ' order by first_public) as dates
    from corpora
    where first_public is not null
    group by dataset
),

-- Where claims differ, the one that gives more away counts: a confound is to be ruled out.
confounds as (
    select
        dataset,
        arg_max(
            lexical_confound, list_position(['none', 'unknown', 'partial', 'full'], lexical_confound)
        ) as lexical_confound,
        string_agg(why || ' (' || grade || ')', ' / ' order by source, why) as lexical_why
    from corpora
    where lexical_confound is not null
    group by dataset
),

declared as (
    select
        pairs.system,
        pairs.dataset,
        -- The claim that says most; of two such, the one with the better evidence.
        arg_max(
            declarations.weighed_claim,
            struct_pack(weight := declarations.weight, evidence := declarations.evidence)
        ) as claim,
        arg_max(
            declarations.grade,
            struct_pack(weight := declarations.weight, evidence := declarations.evidence)
        ) as grade,
        string_agg(
            declarations.claim || ' (' || declarations.grade || '): ' || declarations.quote,
            ' / '
            order by declarations.claim desc, declarations.quote asc
        ) as declarations,
        string_agg(
            distinct declarations.source,
            ' / '
            order by declarations.source asc
        ) as sources
    from pairs
    inner join declarations
        on
            pairs.system = declarations.system
            and (declarations.dataset is null or pairs.dataset = declarations.dataset)
    group by
        pairs.system,
        pairs.dataset
),

int_contamination_facts as (
    select
        pairs.system,
        pairs.dataset,
        coalesce(declared.claim, 'unknown') as declared_claim,
        declared.grade as declaration_grade,
        coalesce(declared.declarations, 'no declaration is recorded') as declarations,
        declared.sources as declaration_sources,
        publications.dates as corpus_public,
        releases.dates as system_released,
        case
            when publications.latest < releases.earliest then 'yes'
            when publications.earliest > releases.latest then 'no'
            else 'unknown'
        end as public_before_system,
        coalesce(confounds.lexical_confound, 'unknown') as lexical_documented,
        confounds.lexical_why
    from pairs
    left join declared
        on
            pairs.system = declared.system
            and pairs.dataset = declared.dataset
    left join releases
        on pairs.system = releases.system
    left join publications
        on pairs.dataset = publications.dataset
    left join confounds
        on pairs.dataset = confounds.dataset
)

select * from int_contamination_facts
