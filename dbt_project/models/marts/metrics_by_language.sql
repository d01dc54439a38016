-- Per run, extraction and language: CAMEO's Table 4.
{{ metrics_by('language') }}
