-- Per run, extraction, corpus, language and emotion: the finest cells that are published.
{{ metrics_by_class('dataset_language') }}
