"""What ingest writes, row by row: clips, rejects and what is declared of a corpus."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime

from ingest.audio import INGEST_VERSION, Normalised
from ingest.corpus import Corpus, Label, Problem
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
    corpus: Corpus, file: SourceFile, label: Label, clip: Normalised
) -> dict[str, object]:
    """Return the row of `utterances` for a clip."""
    identity = file_id(corpus, file.path, clip.source_sha256)
    return {
        "file_id": identity,
        "audio": {"bytes": clip.flac, "path": identity},
        **asdict(label),
        "dataset": corpus.name,
        "license": corpus.license,
        "original_path": file.path,
        "source_sha256": clip.source_sha256,
        "source_bytes": file.size,
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
        "ingest_version": INGEST_VERSION,
        "ingested_at": datetime.now(UTC),
    }


def quality_row(identity: str, quality: Quality) -> dict[str, object]:
    """Return the row of `quality` for the clip with file id `identity`."""
    return {
        "file_id": identity,
        **asdict(quality),
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
        "language": ", ".join(corpus.languages.values()) or corpus.language,
        "labels": corpus.labels,
        "synthetic": corpus.synthetic,
        "published_clips": corpus.published_clips,
        "published_speakers": corpus.published_speakers,
        "license": corpus.license,
        "license_source": corpus.license_source,
        "url": corpus.url,
        "citation": corpus.citation,
        "registered_at": datetime.now(UTC),
    }
