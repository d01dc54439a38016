-- Lengths of clips against the published ones: copies that were cut or padded have one length.
with

utterances as (
    select * from {{ ref('stg_utterances') }}
    where has_audio
),

published as (
    select * from {{ ref('published_lengths') }}
),

corpora as (
    select * from {{ ref('corpora') }}
),

lengths as (
    select
        dataset,
        round(duration_s, 3) as length_s,
        count(*) as clips
    from utterances
    group by
        dataset,
        round(duration_s, 3)
),

modes as (
    select
        dataset,
        max(clips) as same_length,
        arg_max(length_s, (clips, -length_s)) as modal_s,
        sum(clips) as clips
    from lengths
    group by dataset
),

steady as (
    select
        modes.dataset,
        'share of clips of one length' as what,
        printf('%.3f s', modes.modal_s) as subject,
        coalesce(published.modal_share, 0) as expected,
        coalesce(published.document || ': ' || published.source, 'no list of lengths at hand; speech varies')
            as expected_source,
        modes.same_length / modes.clips as found,
        'error' as severity,
        'recorded speech has no such length in common: clips were cut or padded' as explanation
    from modes
    left join published
        on modes.dataset = published.dataset
    -- Five clips of ten may have one length by chance; URDU was published in two lengths.
    where
        modes.same_length >= 5
        and modes.same_length / modes.clips > coalesce(published.modal_share, 0) + 0.3
),

-- Five per cent and 0.1 s are for writers that drop or pad a last block.
beyond as (
    select
        utterances.dataset,
        'clips of a length that was never published' as what,
        printf('%.3f to %.3f s', any_value(published.shortest_s), any_value(published.longest_s)) as subject,
        0.0 as expected,
        any_value(published.document || ': ' || published.source) as expected_source,
        count(*)::double as found,
        'warning' as severity,
        'like ' || min(utterances.original_path) || ': cut, padded or not of this corpus' as explanation
    from utterances
    inner join published
        on utterances.dataset = published.dataset
    where
        utterances.duration_s < 0.95 * published.shortest_s - 0.1
        or utterances.duration_s > 1.05 * published.longest_s + 0.1
    group by utterances.dataset
),

-- Of a whole copy the sum must be the published one; of a part, only about as long a mean.
means as (
    select
        corpora.dataset,
        corpora.hours * 3600 / corpora.clips as mean_s,
        published.mean_s as published_mean_s,
        corpora.clips = published.clips as is_whole,
        published.document || ': ' || published.source as source
    from corpora
    inner join published
        on corpora.dataset = published.dataset
    where
        corpora.clips > 0
        -- Of clips without audio the length may be unknown.
        and corpora.hours > 0
),

duration as (
    select
        dataset,
        'mean length in seconds' as what,
        'the corpus' as subject,
        published_mean_s as expected,
        source as expected_source,
        mean_s as found,
        case when is_whole then 'error' else 'warning' end as severity,
        case
            when is_whole then 'all clips are here, and not as long: cut, padded or at another speed'
            else 'of a partial copy, and by more than a fifth: a choice of clips, or altered ones'
        end as explanation
    from means
    where abs(mean_s / published_mean_s - 1) > case when is_whole then 0.02 else 0.2 end
),

-- Where no list of lengths is at hand, the hours of the corpus file: rounded to a tenth by most who
-- publish them, which is much of a small corpus.
declared as (
    select
        corpora.dataset,
        corpora.clips,
        corpora.published_clips,
        corpora.hours,
        corpora.published_hours,
        corpora.published_hours * corpora.clips / corpora.published_clips as expected_hours,
        corpora.clips >= corpora.published_clips as is_whole
    from corpora
    anti join published
        on corpora.dataset = published.dataset
    where
        corpora.clips > 0
        -- Of clips without audio the length may be unknown.
        and corpora.hours > 0
),

hours as (
    select
        dataset,
        'hours' as what,
        'the corpus' as subject,
        expected_hours as expected,
        case
            when is_whole then 'corpus file'
            else printf('corpus file: %.2f hours of %d clips', published_hours, published_clips)
        end as expected_source,
        hours as found,
        'warning' as severity,
        case
            when is_whole then 'all clips are here, and not as long: cut, padded or at another speed'
            else 'of a partial copy, and by more than a fifth: a choice of clips, or altered ones'
        end as explanation
    from declared
    where
        abs(hours - expected_hours)
        > case when is_whole then 0.02 else 0.2 end * expected_hours + 0.05 * clips / published_clips
),

int_corpus_audit__lengths as (
    select * from steady
    union all by name
    select * from beyond
    union all by name
    select * from duration
    union all by name
    select * from hours
)

select * from int_corpus_audit__lengths
