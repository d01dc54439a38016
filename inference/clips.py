"""The clips of the warehouse, as a model is to hear them."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
import soundfile as sf

from inference.backend import SAMPLE_RATE
from warehouse.registry import choose
from warehouse.store import Store


@dataclass(frozen=True)
class Dataset:
    """A corpus in the store, with its candidate labels."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StoredClip:
    """One clip of the store and its dataset."""

    file_id: str
    dataset: str
    original_path: str
    flac: bytes

    def samples(self) -> np.ndarray:
        """Decode to float32, shape (frames,), full scale = ±1, at 16 kHz.

        Raises:
            ValueError: the bytes are no 16 kHz mono audio.
        """
        try:
            samples, rate = sf.read(io.BytesIO(self.flac), dtype="float32")
        except (sf.LibsndfileError, RuntimeError) as error:
            raise ValueError(str(error).rsplit(": ", 1)[-1].strip()) from None
        if rate != SAMPLE_RATE or samples.ndim != 1 or not len(samples):
            raise ValueError(f"expected 16 kHz mono, found {rate} Hz, shape {samples.shape}")
        return samples


def stored_datasets(store: Store, names: Collection[str]) -> dict[str, Dataset]:
    """Return the corpora that the store holds, all of them or those called `names`.

    Raises:
        SerError: a name is not in the store; the line suggests the nearest one.
    """
    rows = store.read("corpora", ("dataset", "labels")).to_pylist()
    known = {r["dataset"].lower(): Dataset(r["dataset"], tuple(r["labels"])) for r in rows}
    wanted = choose("corpus in the warehouse", names, known) if names else known.values()
    return {dataset.name: dataset for dataset in wanted}


def current_ids(store: Store, datasets: Collection[str]) -> list[str]:
    """Return the file ids of `datasets` in store order.

    Of a source file that was ingested more than once the latest clip counts, as in dbt's
    staging.
    """
    columns = ("file_id", "dataset", "original_path", "ingested_at")
    latest: dict[tuple[str, str], tuple[object, str]] = {}
    for row in store.read("utterances", columns).to_pylist():
        if row["dataset"] not in datasets:
            continue
        key = (row["dataset"], row["original_path"])
        if key not in latest or row["ingested_at"] >= latest[key][0]:
            latest[key] = (row["ingested_at"], row["file_id"])
    return list(dict.fromkeys(file_id for _, file_id in latest.values()))


def read_clips(store: Store, wanted: set[str]) -> Iterator[StoredClip]:
    """Yield the clips with ids in `wanted`, part by part, a row group in memory at a time."""
    missing = set(wanted)
    # Newest part first: a clip ingested again must be heard as it is stored now.
    for part in reversed(store.parts("utterances")):
        parquet = pq.ParquetFile(part)
        for group in range(parquet.num_row_groups):
            ids = parquet.read_row_group(group, ["file_id"]).column(0).to_pylist()
            if missing.isdisjoint(ids):
                continue
            columns = ["file_id", "dataset", "original_path", "audio"]
            for row in parquet.read_row_group(group, columns).to_pylist():
                if row["file_id"] in missing:
                    missing.discard(row["file_id"])
                    yield StoredClip(
                        row["file_id"], row["dataset"], row["original_path"], row["audio"]["bytes"]
                    )
