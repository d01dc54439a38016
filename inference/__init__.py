"""From clips in Parquet to raw model answers in Parquet. Nothing here reads an answer."""
