-- Per run, extraction and corpus.
{{ metrics_by('dataset') }}
