"""CAMEO as it is on the hub: Parquet shards with the audio in them, a dozen corpora, one label set.

A folder is read, whether it was downloaded by hand or by `python -m ingest fetch cameo`. Shards are
read row group by row group and audio a few clips at a time; of rows that are stored already only
the columns of labels are read. A clip keeps the `file_id` that CAMEO has given it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.corpus import Clip, Corpus, Label, Problem
from ingest.files import LeftOut, SourceFile
from ingest.reader import (
    Reader,
    Request,
    corpus_called,
    known_gender,
    nowhere,
    once,
    unknown_label,
)
from ingest.sources import Source
from warehouse.emotions import canonical_emotions
from warehouse.errors import SerError, one_line
from warehouse.registry import choose
from warehouse.store import Store

LABELS = {
    "emotion": "raw_label",
    "transcription": "transcription",
    "speaker_id": "speaker_id",
    "gender": "gender",
    "age": "age",
    "language": "language",
}
"""Column of CAMEO → field of a label."""

COLUMNS = ("file_id", "dataset", *LABELS)
FILE_ID = re.compile(r"[0-9a-f]{64}\.flac")
AUDIO_ROWS = 32
"""Clips whose audio is in memory at a time, in the job itself."""


def sources(request: Request, _: Store) -> list[Source]:
    """Return the corpora that the shards below the folder hold.

    Raises:
        SerError: there are no shards, or none of a corpus that was asked for.
    """
    if not request.folder.is_dir():
        raise SerError(
            f"{request.folder}: no such folder; give the folder of CAMEO's shards as --sources "
            "(python -m ingest fetch cameo downloads it)"
        )
    shards = sorted(
        path for path in request.folder.rglob("*.parquet") if not path.name.startswith(".")
    )
    if not shards:
        raise SerError(
            f"{request.folder}: holds no Parquet files; give the folder of CAMEO's shards as "
            "--sources (python -m ingest fetch cameo downloads it)"
        )
    found: dict[str, tuple[Corpus, list[Path]]] = {}
    for shard in shards:
        for corpus in _corpora_in(shard):
            found.setdefault(corpus.name.lower(), (corpus, []))[1].append(shard)
    if request.names:
        known = {name: name for name in found}
        found = {name: found[name] for name in choose("corpus", request.names, known)}
    return [
        Source(
            corpus, request.folder, "cameo", partial(_listing, corpus, request.folder, its), True
        )
        for corpus, its in found.values()
    ]


def _corpora_in(shard: Path) -> list[Corpus]:
    """Return the corpora of a shard: by its rows, or by its name where it cannot be read."""
    split = re.sub(r"-\d{5}-of-\d{5}$", "", shard.stem)
    try:
        with pq.ParquetFile(shard) as file:
            names = set(file.read(["dataset"])["dataset"].unique().to_pylist()) or {split}
    except (pa.ArrowException, OSError, KeyError):
        names = {split}  # what is the matter with it, the listing says
    corpora = {name: corpus_called(str(name)) for name in sorted(names, key=str)}
    if unknown := [str(name) for name, corpus in corpora.items() if corpus is None]:
        line = f"note: {shard}: no corpus is called {', '.join(map(one_line, unknown))}; left out"
        print(line, file=sys.stderr)
    return [corpus for corpus in corpora.values() if corpus is not None]


def _listing(
    corpus: Corpus, root: Path, shards: list[Path], _: LeftOut
) -> Iterator[tuple[SourceFile, Clip]]:
    rows = (clip for shard in shards for clip in _shard(corpus, root, shard))
    yield from once(rows, "row")


def _shard(corpus: Corpus, root: Path, shard: Path) -> Iterator[tuple[SourceFile, Clip]]:
    name = shard.relative_to(root).as_posix()
    try:
        # Read page by page: otherwise a whole row group of audio comes into memory at once.
        with pq.ParquetFile(
            shard, buffer_size=2**20, pre_buffer=False, page_checksum_verification=True
        ) as file:
            if problem := _lacks(file.schema_arrow):
                yield nowhere(name, problem, shard)
                return
            for group in range(file.num_row_groups):
                yield from _row_group(corpus, shard, name, file, group)
    except (pa.ArrowException, OSError) as error:
        yield nowhere(name, _unreadable("shard", error), shard)


def _row_group(
    corpus: Corpus, shard: Path, name: str, file: pq.ParquetFile, group: int
) -> Iterator[tuple[SourceFile, Clip]]:
    place = f"{name}#row_group={group}"
    try:
        rows = file.read_row_group(group, list(COLUMNS)).to_pylist()
    except (pa.ArrowException, OSError) as error:
        count = file.metadata.row_group(group).num_rows
        yield nowhere(place, _unreadable(f"row group of {count:,} clips", error), shard)
        return
    audio = _Audio(file, group)
    mtime_ns = shard.stat().st_mtime_ns
    for number, row in enumerate(rows):
        if corpus_called(str(row["dataset"])) is not corpus:
            continue  # of another corpus in the same shard
        label = _label(row)
        if isinstance(label, Problem):
            yield nowhere(_path(row) or f"{place},row={number}", label, shard)
            continue
        identity, load = row["file_id"], partial(audio.of, number)
        yield (
            SourceFile(identity, shard, -1, mtime_ns, embedded=load, file_id=identity),
            Clip(label),
        )


class _Audio:
    """The audio of a row group, read a few rows at a time, from the first row that is asked for."""

    def __init__(self, file: pq.ParquetFile, group: int) -> None:
        self._batches = file.iter_batches(AUDIO_ROWS, [group], ["audio"])
        self._batch: pa.RecordBatch | None = None
        self._begin = 0
        self._problem: Problem | None = None

    def of(self, number: int) -> bytes | Problem:
        """Return the bytes of row `number`; rows are asked for in order, but not all of them."""
        try:
            while self._problem is None and (
                self._batch is None or number >= self._begin + len(self._batch)
            ):
                self._begin += len(self._batch) if self._batch is not None else 0
                self._batch = next(self._batches)
        except (pa.ArrowException, OSError, StopIteration) as error:
            self._problem = _unreadable("row group", error)
        if self._problem is not None or self._batch is None:
            return self._problem or _unreadable("row group", "it is empty")
        value = self._batch.column("audio")[number - self._begin].as_py()
        data = (value or {}).get("bytes")
        if data is None:
            return Problem("no_audio", "its row holds no audio", "download the shard again")
        return data


def _label(row: Mapping[str, Any]) -> Label | Problem:
    """Return what the row says; CAMEO's emotions are the canonical nouns."""
    if _path(row) is None:
        return Problem(
            "bad_file_id",
            f"file_id '{one_line(row['file_id'])[:80]}' is not 64 hex digits and .flac",
            "get the shard from the hub again",
        )
    facts = {ours: row[theirs] for theirs, ours in LABELS.items()}
    facts = {name: None if value in (None, "") else str(value) for name, value in facts.items()}
    emotion = facts["raw_label"]
    if emotion is None:
        return Problem("no_label", "no emotion is given for it", "get the shard again")
    if emotion not in canonical_emotions():
        return unknown_label(emotion, {name: name for name in canonical_emotions()})
    if facts["language"] is None:
        return Problem("unknown_language", "no language is given for it", "get the shard again")
    return Label(emotion=emotion, **facts | {"gender": known_gender(facts["gender"])})


def _path(row: Mapping[str, Any]) -> str | None:
    identity = row["file_id"]
    return identity if isinstance(identity, str) and FILE_ID.fullmatch(identity) else None


def _lacks(schema: pa.Schema) -> Problem | None:
    missing = [name for name in (*COLUMNS, "audio") if name not in schema.names]
    audio = schema.field("audio").type if "audio" in schema.names else None
    if audio is not None and not (
        pa.types.is_struct(audio) and audio.get_field_index("bytes") >= 0
    ):
        missing.append("audio.bytes")
    if not missing:
        return None
    return Problem(
        "unreadable_shard",
        f"no shard of CAMEO: it has no column {', '.join(missing)}",
        "download it again, or move it away",
    )


def _unreadable(what: str, error: object) -> Problem:
    cause = one_line(error)[:120] or type(error).__name__
    return Problem("unreadable_shard", f"the {what} cannot be read ({cause})", "download it again")


READER = Reader("cameo", "Parquet shards of CAMEO, with the audio in them", sources)
