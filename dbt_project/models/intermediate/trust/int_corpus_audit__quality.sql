-- Clips whose recording has something that a result may depend on, by what it is.
with

quality as (
    select * from {{ ref('quality') }}
),

findings as (
    select
        dataset,
        original_path,
        unnest([
            {
                what: 'clips that are no speech',
                is_so: is_steady,
                severity: 'error',
                meaning: 'the spectrum never changes: a steady tone under the name of a clip'
            },
            {
                what: 'clipped clips',
                is_so: is_clipped,
                severity: 'warning',
                meaning: 'flat tops: loud emotions are distorted, which a model may hear instead'
            },
            {
                what: 'clips with a DC offset',
                is_so: has_offset,
                severity: 'info',
                meaning: 'kept as recorded'
            },
            {
                what: 'quiet clips',
                is_so: is_quiet,
                severity: 'info',
                meaning: 'peak below 0.05 of full scale; kept as recorded'
            },
            {
                what: 'clips with digital silence at an end',
                is_so: has_digital_silence,
                severity: 'info',
                meaning: 'samples equal to zero for 0.1 s or more; kept as recorded'
            },
            {
                what: 'true stereo, averaged',
                is_so: is_true_stereo and downmix = 'mean',
                severity: 'warning',
                meaning: 'channels correlate below 0.5 and their mean is comb-filtered: down-mix by channel_1'
            },
            {
                what: 'true stereo, one channel taken',
                is_so: is_true_stereo and downmix != 'mean',
                severity: 'info',
                meaning: 'channels correlate below 0.5 and were not averaged'
            }
        ]) as finding
    from quality
),

int_corpus_audit__quality as (
    select
        dataset,
        finding['what'] as what,
        'recordings' as subject,
        0.0 as expected,
        'measured at ingest' as expected_source,
        count(*)::double as found,
        finding['severity'] as severity,
        'like ' || min(original_path) || ': ' || finding['meaning'] as explanation
    from findings
    where finding['is_so']
    group by
        dataset,
        finding['what'],
        finding['severity'],
        finding['meaning']
)

select * from int_corpus_audit__quality
