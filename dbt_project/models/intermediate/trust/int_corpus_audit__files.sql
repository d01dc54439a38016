-- What files are: rates, containers and channels that differ within a corpus.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
    where has_audio
),

properties as (
    select
        dataset,
        original_path,
        unnest([
            { what: 'sampling rate in Hz', value: source_rate_hz::varchar },
            { what: 'channels', value: source_channels::varchar },
            { what: 'container and samples', value: source_format }
        ]) as property
    from utterances
),

counted as (
    select
        dataset,
        property['what'] as what,
        property['value'] as value,
        count(*) as clips,
        min(original_path) as example
    from properties
    group by all
),

ranked as (
    select
        *,
        first_value(value) over most_first as usual,
        row_number() over most_first as place
    from counted
    window most_first as (partition by dataset, what order by clips desc, value asc)
),

odd as (
    select
        dataset,
        what,
        value as subject,
        0.0 as expected,
        'most clips of the corpus have ' || usual as expected_source,
        clips::double as found,
        'info' as severity,
        'like ' || example || '; normalised like the rest' as explanation
    from ranked
    where place > 1
),

-- libsndfile goes by what the file holds; readers that go by its name stop here.
misnamed as (
    select
        dataset,
        'files named .wav that are something else' as what,
        string_split(source_format, '/')[1] as subject,
        0.0 as expected,
        'the name' as expected_source,
        count(*)::double as found,
        'info' as severity,
        'like ' || min(original_path) || '; read by what they hold' as explanation
    from utterances
    where
        lower(original_path) like '%.wav'
        and string_split(source_format, '/')[1] not in ('WAV', 'WAVEX', 'RF64', 'W64')
    group by
        dataset,
        string_split(source_format, '/')[1]
),

int_corpus_audit__files as (
    select * from odd
    union all by name
    select * from misnamed
)

select * from int_corpus_audit__files
