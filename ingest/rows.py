"""What ingest writes, row by row: clips, rejects and what is declared of a corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from ingest.audio import INGEST_VERSION, Normalised
from ingest.corpus import Corpus, Label, Problem, Scale
from ingest.files import SourceFile
from ingest.quality import QUALITY_VERSION, Quality


def file_id(corpus: Corpus, path: str, source_sha256: str) -> str:
    """Return the clip's identity: 64 hex digits and `.flac`, as in CAMEO.

    It depends on corpus, path (as in `SourceFile`), source bytes and ingest version, so that a
    prediction always belongs to exactly the audio that was heard.
    """
    key = "\0".join((corpus.name, path, source_sha256, INGEST_VERSION))
    return hashlib.sha256(key.encode()).hexdigest() + ".flac"


def utterance_row(
    corpus: Corpus,
    file: SourceFile,
    label: Label,
    clip: Normalised,
    ratings: tuple[tuple[str, float], ...] = (),
) -> dict[str, object]:
    """Return the row of `utterances` for a clip."""
    identity = file.file_id or file_id(corpus, file.path, clip.source_sha256)
    return {
        "file_id": identity,
        "audio": {"bytes": clip.flac, "path": identity},
        **vars(label),
        "dataset": corpus.name,
        "license": corpus.license,
        "original_path": file.path,
        "source_sha256": clip.source_sha256,
        "source_bytes": clip.source_bytes if file.embedded else file.size,
        "source_mtime_ns": file.mtime_ns,
        "source_format": clip.source_format,
        "source_rate_hz": clip.source_rate_hz,
        "source_channels": clip.source_channels,
        "source_frames": clip.source_frames,
        "downmix": clip.downmix,
        "pcm_sha256": clip.pcm_sha256,
        "frames": clip.frames,
        "duration_s": clip.source_frames / clip.source_rate_hz,
        "peak": clip.peak,
        "ratings_sha256": ratings_sha256(ratings),
        "ingest_version": INGEST_VERSION,
        "ingested_at": datetime.now(UTC),
    }


def ratings_sha256(ratings: tuple[tuple[str, float], ...]) -> str | None:
    """Return what tells the ratings of a clip from others; None where it has none."""
    if not ratings:
        return None
    return hashlib.sha256(json.dumps(ratings).encode()).hexdigest()


def rating_rows(
    corpus: Corpus, clip: Mapping[str, object], ratings: tuple[tuple[str, float], ...]
) -> list[dict[str, object]]:
    """Return the rows of `ratings` for a clip, given its row of `utterances`."""
    rows = []
    for name, value in ratings:
        scale = corpus.scales.get(name, Scale())
        rows.append(
            {
                "file_id": clip["file_id"],
                "dataset": corpus.name,
                "rating": name,
                "value": value,
                "low": scale.low,
                "high": scale.high,
                "unit": scale.unit,
                "ratings_sha256": clip["ratings_sha256"],
                "ingested_at": clip["ingested_at"],
            }
        )
    return rows


def quality_row(identity: str, quality: Quality) -> dict[str, object]:
    """Return the row of `quality` for the clip with file id `identity`."""
    return {
        "file_id": identity,
        **vars(quality),
        "quality_version": QUALITY_VERSION,
        "measured_at": datetime.now(UTC),
    }


def reject_row(corpus: Corpus, file: SourceFile, problem: Problem) -> dict[str, object]:
    """Return the row of `rejects` for a file that cannot be used."""
    return {
        "dataset": corpus.name,
        "original_path": file.path,
        "reason": problem.reason,
        "detail": problem.detail,
        "remedy": problem.remedy,
        "source_bytes": file.size,
        "source_mtime_ns": file.mtime_ns,
        "ingest_version": INGEST_VERSION,
        "rejected_at": datetime.now(UTC),
    }


def corpus_row(corpus: Corpus) -> dict[str, object]:
    """Return the row of `corpora`: what is declared, and nothing that was found."""
    return {
        "dataset": corpus.name,
        "language": ", ".join(dict.fromkeys(corpus.languages.values())) or corpus.language,
        "labels": corpus.labels,
        "synthetic": corpus.synthetic,
        "published_clips": corpus.published_clips,
        "published_speakers": corpus.published_speakers,
        "published_hours": corpus.published_hours,
        "published_classes": _number_of_classes(corpus),
        "published_class_clips": _clips_per_class(corpus),
        "access": corpus.access,
        "access_note": corpus.access_note or None,
        "license": corpus.license,
        "license_source": corpus.license_source,
        "url": corpus.url,
        "citation": corpus.citation,
        "registered_at": datetime.now(UTC),
    }


def _number_of_classes(corpus: Corpus) -> int | None:
    classes = corpus.published_classes
    return classes if classes is None or isinstance(classes, int) else len(classes)


def _clips_per_class(corpus: Corpus) -> list[tuple[str, int]] | None:
    classes = corpus.published_classes
    return sorted(classes.items()) if isinstance(classes, Mapping) else None
