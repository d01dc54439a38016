"""EmoBox: its lists of clips (labels, folds) beside the original files that they were made from.

The folder is a checkout: below `data/CORPUS/` are `CORPUS.jsonl`, `label_map.json` and
`fold_K/CORPUS_SPLIT_fold_K.jsonl`, below `downloads/CORPUS/` the corpus as its authors hand it out.
Or it holds the same metadata as one table, `utterances.parquet`. Folds are stored as rows of
`folds`, also of corpora whose files are not there. A clip has the path that it has in the original
layout, so it also has the same `file_id`; the label is EmoBox's, the rest is what the layout says.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.corpus import Clip, Corpus, Label, Problem
from ingest.files import LeftOut, SourceFile, found_file, source_files
from ingest.reader import (
    OUTSIDE,
    Reader,
    Request,
    canonical_words,
    corpus_called,
    inside,
    nowhere,
    once,
    own_label,
    storable,
    unknown_label,
)
from ingest.sources import Source
from ingest.spans import Span, read_span
from ingest.tables import Tables, read_tables
from warehouse.errors import SerError, one_line
from warehouse.registry import choose
from warehouse.store import Store

PARTITION = "emobox"
TABLE = "utterances.parquet"
FOLD_FILE = re.compile(r".+_(train|valid|test)_fold_(\d+)\.jsonl")
FOLD_NAME = re.compile(r"(train|valid|test)(\d+)")


@dataclass(frozen=True)
class Record:
    """A line of EmoBox's metadata."""

    key: str
    wav: str
    """Path below `downloads/CORPUS`, composed and with its accents mended."""
    listed: str
    """The same as EmoBox has it."""
    raw_label: str
    speaker: str | None
    span: Span | None
    folds: tuple[tuple[int, str], ...] = ()

    @property
    def fragment(self) -> str:
        """What the path of its clip has beyond that of its file."""
        return self.span.fragment if self.span else ""


@dataclass(frozen=True)
class Metadata:
    """EmoBox's metadata of one corpus."""

    corpus: Corpus
    records: Mapping[str, Record]
    """By key."""
    label_map: Mapping[str, str]
    """Raw label → EmoBox's word for it."""
    problems: tuple[tuple[str, Problem], ...]
    """Place of a line that cannot be used, and why."""
    origin: Path


def sources(request: Request, store: Store) -> list[Source]:
    """Store the folds of every corpus below the folder; return the corpora whose files are there.

    Raises:
        SerError: the folder holds no metadata, or none of a corpus that was asked for.
    """
    folder = request.folder
    found = dict(_from_table(folder) if (folder / TABLE).is_file() else _from_lines(folder))
    if not found:
        raise SerError(
            f"{folder}: holds neither data/CORPUS/*.jsonl nor {TABLE}; give a checkout of EmoBox "
            "as --sources"
        )
    if request.names:
        names = choose("corpus", request.names, {name: name for name in found})
        found = {name: found[name] for name in names}
    present = []
    for name, metadata in found.items():
        downloads = Downloads(folder / "downloads" / name)
        count = _store_folds(store, metadata, downloads)
        if downloads.root.is_dir():
            listing = partial(_listing, metadata, downloads)
            present.append(Source(metadata.corpus, downloads.root, PARTITION, listing))
            continue
        useless = f"; {len(metadata.problems):,} lines cannot be used" if metadata.problems else ""
        print(
            f"note: {downloads.root}: not there, so of {metadata.corpus.name} only the folds are "
            f"stored ({count:,} rows{useless})",
            file=sys.stderr,
        )
    return present


class Downloads:
    """The files of a corpus, found by the paths that EmoBox has for them.

    Its folders are those of whoever made its lists, so a file of the right name in another one is
    taken for it, if there is only one of that name.
    """

    def __init__(self, root: Path) -> None:
        """List the files below `root`, if it is there."""
        self.root = root
        self._paths: dict[str, Path] = {}
        self._names: dict[str, list[str]] = {}
        for file in source_files(root, LeftOut()) if root.is_dir() else ():
            self._paths[file.path] = file.location
            self._names.setdefault(file.path.rpartition("/")[2], []).append(file.path)

    def path(self, record: Record) -> str | None:
        """Return the path of the file that a record means, below the folder."""
        for path in (record.wav, record.listed):
            if path in self._paths:
                return path
        name = record.wav.rpartition("/")[2]
        for spelling in (name, _PUBLISHED_AS.get(name)):
            if len(same_name := self._names.get(spelling, [])) == 1:
                return same_name[0]
        return None

    def unlisted(self, corpus: Corpus, listed: Set[str]) -> list[str]:
        """Return the paths of files that are in no list, but for what is no clip anyway."""
        return [path for path in self._paths if path not in listed and not corpus.is_left_out(path)]


_PUBLISHED_AS = {"OAF_bite_neutral.wav": "OA_bite_neutral.wav"}
"""Name in EmoBox's lists → the original one, where EmoBox has mended it (TESS)."""


def _store_folds(store: Store, metadata: Metadata, downloads: Downloads) -> int:
    now = datetime.now(UTC)
    rows = [
        {
            "dataset": metadata.corpus.name,
            "partition": PARTITION,
            "fold": fold,
            "split": split,
            "original_path": (downloads.path(record) or record.wav) + record.fragment,
            "key": record.key,
            "raw_label": record.raw_label,
            "imported_at": now,
        }
        for record in metadata.records.values()
        for fold, split in record.folds
    ]
    key = f"{PARTITION}-{metadata.corpus.slug}"
    columns = [name for name in rows[0] if name != "imported_at"] if rows else []
    file = store.root / "folds" / f"{key}.parquet"
    told = [{name: row[name] for name in columns} for row in rows]
    if rows and not (file.exists() and pq.read_table(file, columns=columns).to_pylist() == told):
        store.replace_rows("folds", key, rows)
    return len(rows)


# The metadata --------------------------------------------------------------------------------


def _from_lines(folder: Path) -> Iterator[tuple[str, Metadata]]:
    data = folder / "data" if (folder / "data").is_dir() else folder
    for place in sorted(path for path in data.iterdir() if path.is_dir()) if data.is_dir() else ():
        files = sorted([*place.glob(f"{place.name}.jsonl"), *place.glob("fold_*/*.jsonl")])
        if not files:
            continue
        if (corpus := corpus_called(place.name)) is None:
            print(f"note: {place}: no corpus of this name; left out", file=sys.stderr)
            continue
        records: dict[str, Record] = {}
        problems: list[tuple[str, Problem]] = []
        for file in files:
            fold = FOLD_FILE.fullmatch(file.name)
            at = ((int(fold[2]), fold[1]),) if fold else ()
            for line, found in _lines(file, place.name):
                if isinstance(found, Problem):
                    problems.append((f"{file.relative_to(data).as_posix()}:{line}", found))
                    continue
                before = records.get(found.key, found)
                records[found.key] = replace(before, folds=before.folds + at)
        label_map = _label_map(place / "label_map.json")
        yield place.name, Metadata(corpus, records, label_map, tuple(problems), place)


def _lines(file: Path, name: str) -> Iterator[tuple[int, Record | Problem]]:
    try:
        with file.open("rb") as handle:
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                try:
                    values = json.loads(line)
                    yield number, _record(name, values if isinstance(values, dict) else {})
                except (ValueError, RecursionError) as error:
                    yield number, Problem("bad_line", f"no JSON ({one_line(error)})", "correct it")
    except OSError as error:
        raise SerError(f"{file}: cannot be read ({error.strerror}); check it") from None


def _from_table(folder: Path) -> Iterator[tuple[str, Metadata]]:
    path = folder / TABLE
    try:
        rows = pq.read_table(path).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise SerError(f"{path}: cannot be read ({one_line(error)}); get it again") from None
    maps = _label_map(folder / "label_maps.json")
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(str(row.get("dataset")), []).append(row)
    for name, its in sorted(by_name.items()):
        if (corpus := corpus_called(name)) is None:
            print(f"note: {path}: no corpus is called {one_line(name)}; left out", file=sys.stderr)
            continue
        records, problems = {}, []
        for row in its:
            renamed = {"emo": row.get("emotion_raw"), "start_time": row.get("start_s")}
            found = _record(name, row | renamed | {"end_time": row.get("end_s")})
            if isinstance(found, Problem):
                problems.append((f"{TABLE}: {row.get('key')}", found))
                continue
            folds = FOLD_NAME.findall(row.get("folds") or "")
            at = tuple(sorted((int(fold), split) for split, fold in folds))
            records[found.key] = replace(found, folds=at)
        yield name, Metadata(corpus, records, maps.get(name) or {}, tuple(problems), path)


def _record(name: str, values: Mapping[str, Any]) -> Record | Problem:
    key, wav, raw = (values.get(each) for each in ("key", "wav", "emo"))
    if not (isinstance(key, str) and isinstance(wav, str)):
        return Problem("bad_line", "it has no key or no wav", "get EmoBox's file again")
    path = unicodedata.normalize("NFC", storable(wav)).removeprefix(f"downloads/{name}/")
    if not inside(path):
        return OUTSIDE
    start, end = values.get("start_time"), values.get("end_time")
    span = None
    if start is not None and end is not None:
        span = read_span(str(start), str(end))
        if span is None:
            detail = f"no part of a file lies between '{start}' and '{end}'"
            return Problem("bad_segment", detail, "get EmoBox's file again")
    speaker = values.get("speaker") or values.get("spk")
    speaker = storable(str(speaker)) if speaker else None
    return Record(storable(key), _mended(path), path, storable(str(raw or "")), speaker, span)


def _mended(path: str) -> str:
    """Return a path whose accents were misread when a zip archive was unpacked: `D‚go–t`.

    Names in an archive are in code page 437; read in 1252, é becomes a low quotation mark. Only
    characters that no one puts into a name on purpose are turned back.
    """
    return "".join(_MISREAD.get(character, character) for character in path)


_MISREAD = {
    bytes([code]).decode("cp1252"): bytes([code]).decode("cp437")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # 1252 has no character there
}


def _label_map(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SerError(f"{path}: no map of labels ({one_line(error)}); get it again") from None
    return found if isinstance(found, dict) else {}


# The clips -----------------------------------------------------------------------------------


def _listing(
    metadata: Metadata, downloads: Downloads, left_out: LeftOut
) -> Iterator[tuple[SourceFile, Clip]]:
    for place, problem in metadata.problems:
        yield nowhere(place, problem, metadata.origin)
    try:
        tables = read_tables(metadata.corpus, downloads.root)
    except SerError as error:
        left_out.lines.append(f"{error}; EmoBox's label and speaker are all that is known")
        tables = None
    yield from once(_clips(metadata, downloads, tables, left_out), "line of EmoBox")


def _clips(
    metadata: Metadata, downloads: Downloads, tables: Tables | None, left_out: LeftOut
) -> Iterator[tuple[SourceFile, Clip]]:
    absent = 0
    listed: set[str] = set()
    for record in metadata.records.values():
        path = downloads.path(record)
        listed.add(path or "")
        file = found_file(downloads.root, path, record.fragment) if path else None
        if file is None:
            absent += 1
            continue
        label = _label(metadata, record, path, tables)
        yield file, Clip(file.problem or label, record.span)
    if absent:
        left_out.lines.append(
            f"{downloads.root}: {absent:,} of the {len(metadata.records):,} clips that EmoBox "
            "lists are not there"
        )
    if more := downloads.unlisted(metadata.corpus, listed):
        left_out.lines.append(
            f"{downloads.root}: {len(more):,} audio files are in no list of EmoBox "
            f"(like {more[0]}); left out"
        )


def _label(metadata: Metadata, record: Record, path: str, tables: Tables | None) -> Label | Problem:
    """Return EmoBox's label of a clip, with what the corpus' layout says beside it."""
    corpus, raw = metadata.corpus, record.raw_label
    if not raw:
        return Problem("no_label", "EmoBox gives it no label", "nothing to be done")
    word = str(metadata.label_map.get(raw, raw)).lower()
    emotion = own_label(corpus, raw) or canonical_words().get(word)
    if isinstance(emotion, Problem):
        return emotion
    if emotion is None:
        return unknown_label(raw, dict(corpus.emotions) | dict(metadata.label_map))
    clips = corpus.clips(path, tables) if tables is not None else []
    for described in (clip.label for clip in clips if clip.span == record.span):
        if isinstance(described, Label):
            return replace(described, emotion=emotion, raw_label=raw)
    speaker = f"{corpus.slug}_{record.speaker}" if record.speaker else None
    return Label(emotion, raw, speaker, None, None, None, corpus.language)


READER = Reader("emobox", "EmoBox's metadata beside downloads/ with the original files", sources)
