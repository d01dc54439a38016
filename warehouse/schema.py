"""The tables that Python writes, column by column.

dbt documents what people query; this file is the contract between `ingest`, `inference` and
dbt. A column may be added (old parts then read as NULL); none is renamed or retyped.
"""

from __future__ import annotations

import pyarrow as pa

STAMP = pa.timestamp("us", tz="UTC")

# Hugging Face's own layout of an audio column, so that the parts load with `datasets` as they are.
AUDIO = pa.struct([("bytes", pa.binary()), ("path", pa.string())])

UTTERANCES = pa.schema(
    [
        # CAMEO's ten fields (Table 2 of the paper), same names, same types.
        ("file_id", pa.string()),
        ("audio", AUDIO),
        ("emotion", pa.string()),
        ("transcription", pa.string()),
        ("speaker_id", pa.string()),
        ("gender", pa.string()),
        ("age", pa.string()),
        ("dataset", pa.string()),
        ("language", pa.string()),
        ("license", pa.string()),
        # Provenance: what the clip was before it was normalised.
        ("original_path", pa.string()),
        ("raw_label", pa.string()),
        ("source_sha256", pa.string()),
        ("source_bytes", pa.int64()),
        ("source_mtime_ns", pa.int64()),
        ("source_format", pa.string()),
        ("source_rate_hz", pa.int32()),
        ("source_channels", pa.int16()),
        ("source_frames", pa.int64()),
        ("downmix", pa.string()),
        # What it is now.
        ("pcm_sha256", pa.string()),
        ("frames", pa.int64()),
        ("duration_s", pa.float64()),
        ("peak", pa.float64()),
        ("ingest_version", pa.string()),
        ("ingested_at", STAMP),
        # Added later: NULL in older parts.
        ("ratings_sha256", pa.string()),
    ]
)
"""`original_path` of a clip that is a part of a file ends in a media fragment: `#t=1.250,3.500`.
`ratings_sha256` changes with any of the clip's rows in `ratings`; NULL where it has none."""

RATINGS = pa.schema(
    [
        ("file_id", pa.string()),
        ("dataset", pa.string()),
        ("rating", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("ratings_sha256", pa.string()),
        ("ingested_at", STAMP),
    ]
)
"""What raters gave a clip, a number per row. `low` and `high`: the ends of the scale, where the
corpus states them. A clip that is ingested anew has further rows; those with the `ratings_sha256`
of its row in `utterances` and the latest `ingested_at` count."""

REJECTS = pa.schema(
    [
        ("dataset", pa.string()),
        ("original_path", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("remedy", pa.string()),
        ("source_bytes", pa.int64()),
        ("source_mtime_ns", pa.int64()),
        ("ingest_version", pa.string()),
        ("rejected_at", STAMP),
    ]
)

QUALITY = pa.schema(
    [
        ("file_id", pa.string()),
        ("clipped_runs", pa.int64()),
        ("clipped_share", pa.float64()),
        ("dc_offset", pa.float64()),
        ("rms_db", pa.float64()),
        ("speech_db", pa.float64()),
        ("leading_silence_s", pa.float64()),
        ("trailing_silence_s", pa.float64()),
        ("silence_s", pa.float64()),
        ("leading_zeros_s", pa.float64()),
        ("trailing_zeros_s", pa.float64()),
        ("channel_correlation", pa.float64()),
        ("channel_lag", pa.int64()),
        ("aligned_correlation", pa.float64()),
        ("bandwidth_hz", pa.float64()),
        ("spectral_constancy", pa.float64()),
        ("landmarks", pa.list_(pa.int64())),
        ("landmark_frames", pa.list_(pa.int64())),
        ("quality_version", pa.string()),
        ("measured_at", STAMP),
    ]
)
"""What is measured of a clip's source before it is normalised (ingest/quality.py). A table of its
own and no columns of `utterances`: a measure that changes must not store the audio again."""

ACOUSTICS = pa.schema(
    [
        ("file_id", pa.string()),
        ("f0_median", pa.float64()),
        ("f0_sd", pa.float64()),
        ("f0_range", pa.float64()),
        ("f0_final", pa.float64()),
        ("level", pa.float64()),
        ("level_sd", pa.float64()),
        ("rate", pa.float64()),
        ("high_frequency", pa.float64()),
        ("centroid", pa.float64()),
        ("f0_irregularity", pa.float64()),
        ("jitter", pa.float64()),
        ("harmonicity", pa.float64()),
        ("voiced_fraction", pa.float64()),
        ("speech_s", pa.float64()),
        ("acoustics_version", pa.string()),
        ("measured_at", STAMP),
    ]
)
"""The cues of a stored clip (speech/acoustics.py, where each is defined)."""

CORPORA = pa.schema(
    [
        ("dataset", pa.string()),
        ("language", pa.string()),
        ("labels", pa.list_(pa.string())),
        ("synthetic", pa.bool_()),
        ("published_clips", pa.int64()),
        ("published_speakers", pa.int64()),
        ("license", pa.string()),
        ("license_source", pa.string()),
        ("url", pa.string()),
        ("citation", pa.string()),
        ("registered_at", STAMP),
        # Added later: NULL in older parts.
        ("published_hours", pa.float64()),
        ("published_classes", pa.int64()),
        ("published_class_clips", pa.map_(pa.string(), pa.int64())),
        ("access", pa.string()),
        ("access_note", pa.string()),
        ("collection", pa.string()),
    ]
)

FOLDS = pa.schema(
    [
        ("dataset", pa.string()),
        ("partition", pa.string()),
        ("fold", pa.int32()),
        ("split", pa.string()),
        ("original_path", pa.string()),
        ("key", pa.string()),
        ("raw_label", pa.string()),
        ("imported_at", STAMP),
    ]
)
"""Which clips a published partition of a corpus trains, validates and tests on. `partition` says
whose it is (`emobox`), `split` is train, valid or test, `key` its own name of the clip and
`original_path` that of `utterances`: below the corpus folder, with a fragment for a part of a file.
Not every clip of a partition need be in the warehouse."""

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("system", pa.string()),
        ("system_version", pa.string()),
        ("backend", pa.string()),
        ("backend_options", pa.string()),
        ("model_id", pa.string()),
        ("model_revision", pa.string()),
        ("prompt", pa.string()),
        ("prompt_template", pa.string()),
        ("prompt_sha256", pa.string()),
        ("condition", pa.string()),
        ("temperature", pa.float64()),
        ("seed", pa.int64()),
        ("max_new_tokens", pa.int64()),
        ("status", pa.string()),
        ("clips", pa.int64()),
        ("errors", pa.int64()),
        ("seconds", pa.float64()),
        ("software", pa.string()),
        ("hardware", pa.string()),
        ("started_at", STAMP),
        ("updated_at", STAMP),
        ("condition_parameters", pa.string()),
        ("labels", pa.string()),
        ("label_order", pa.string()),
        ("skipped", pa.int64()),
        ("engine", pa.string()),
        ("workers", pa.int64()),
        ("notes", pa.list_(pa.string())),
    ]
)
"""`labels`: which are on offer, joined by LABEL_SEPARATOR, or `dataset` for each corpus' own.
Columns from `condition_parameters` on are NULL in rows that are older than them."""

PREDICTIONS = pa.schema(
    [
        ("run_id", pa.string()),
        ("file_id", pa.string()),
        ("labels", pa.string()),
        ("raw_text", pa.string()),
        ("error", pa.string()),
        ("answered_at", STAMP),
        ("label_logprobs", pa.list_(pa.float64())),
    ]
)
"""`labels`: the candidate labels as offered, joined by LABEL_SEPARATOR. `raw_text` is exactly what
the model returned; NULL only where `error` says why there is no answer. `label_logprobs`: natural
log-probability of each of `labels`, in their order; NULL where the system gives none."""

LABEL_SEPARATOR = "|"

TABLES: dict[str, pa.Schema] = {
    "utterances": UTTERANCES,
    "rejects": REJECTS,
    "ratings": RATINGS,
    "quality": QUALITY,
    "acoustics": ACOUSTICS,
    "corpora": CORPORA,
    "folds": FOLDS,
    "runs": RUNS,
    "predictions": PREDICTIONS,
}
