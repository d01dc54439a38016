-- Per run, extraction and emotion over all clips: CAMEO's Table 5.
{{ metrics_by_class('all') }}
