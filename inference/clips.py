"""The clips of the warehouse, as a model is to hear them."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile as sf

from inference.backend import SAMPLE_RATE
from warehouse.errors import SerError
from warehouse.inventory import inventory
from warehouse.registry import choose
from warehouse.store import Store, unreadable


@dataclass(frozen=True)
class Dataset:
    """A corpus in the store, with its candidate labels."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StoredClip:
    """What the store knows of one clip, without its audio."""

    file_id: str
    dataset: str
    original_path: str
    duration_s: float
    transcription: str | None
    has_audio: bool
    """False for a clip that came with an import: its answers are here, its audio is not."""


def stored_datasets(store: Store, names: Collection[str]) -> dict[str, Dataset]:
    """Return the corpora that the store holds, all of them or those called `names`.

    Raises:
        SerError: a name is not in the store; the line suggests the nearest one.
    """
    rows = store.read("corpora", ("dataset", "labels")).to_pylist()
    known = {r["dataset"].lower(): Dataset(r["dataset"], tuple(r["labels"])) for r in rows}
    try:
        wanted = (
            choose("corpus in the warehouse", names, known) if names and known else known.values()
        )
    except SerError as error:
        raise SerError(f"{error}; `make ingest` brings in others") from None
    return {dataset.name: dataset for dataset in wanted}


def stored_clips(store: Store, datasets: Mapping[str, Dataset]) -> dict[str, StoredClip]:
    """Return file id → clip, of the clips of `datasets`.

    Of a source file that was ingested more than once the latest state counts; if it is a reject,
    the file has no clip today.
    """
    columns = ("file_id", "duration_s", "transcription", "pcm_sha256")
    return {
        entry.row["file_id"]: StoredClip(
            file_id=entry.row["file_id"],
            dataset=dataset,
            original_path=path,
            duration_s=entry.row["duration_s"] or 0.0,
            transcription=entry.row["transcription"],
            has_audio=entry.row["pcm_sha256"] is not None,
        )
        for (dataset, path), entry in inventory(store, columns).items()
        if entry.is_clip and dataset in datasets
    }


def read_audio(store: Store, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield file id and FLAC of the clips in `wanted`, a row group in memory at a time.

    Raises:
        SerError: a part cannot be read.
    """
    missing = set(wanted)
    # Newest part first: a clip ingested again must be heard as it is stored now.
    for part in reversed(store.parts("utterances")):
        for row in _rows(part, missing):
            if row["file_id"] in missing:
                missing.discard(row["file_id"])
                yield row["file_id"], (row["audio"] or {}).get("bytes") or b""


def _rows(part: Path, missing: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the row groups of `part` that hold some of `missing`."""
    try:
        parquet = pq.ParquetFile(part)
        for group in range(parquet.num_row_groups):
            ids = parquet.read_row_group(group, ["file_id"]).column(0).to_pylist()
            if not missing.isdisjoint(ids):
                yield from parquet.read_row_group(group, ["file_id", "audio"]).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise unreadable(part, error) from error


def decoded(flac: bytes) -> np.ndarray:
    """Decode to float32, shape (frames,), full scale = ±1, at 16 kHz.

    Raises:
        ValueError: the bytes are no 16 kHz mono audio.
    """
    try:
        samples, rate = sf.read(io.BytesIO(flac), dtype="float32")
    except (sf.LibsndfileError, RuntimeError) as error:
        raise ValueError(str(error).rsplit(": ", 1)[-1].strip()) from None
    if rate != SAMPLE_RATE or samples.ndim != 1 or not len(samples):
        raise ValueError(f"expected 16 kHz mono, found {rate} Hz, shape {samples.shape}")
    return samples
