"""A table of one's own: CSV, TSV, JSON lines or Parquet, a row per clip, audio beside it.

Columns are called path, emotion, dataset, speaker, gender, age, text, language, start_s and end_s,
or whatever `--columns` says; every column `rating_NAME` is a rating. A corpus of the registry has
its own labels and facts; any other name becomes a corpus of the emotions that occur. Rows are read
one by one, twice: once to see which corpora and emotions there are, once to ingest them.
"""

from __future__ import annotations

import csv
import json
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.corpus import Clip, Corpus, Label, Problem
from ingest.files import LeftOut, SourceFile, found_file
from ingest.reader import (
    OUTSIDE,
    Reader,
    Request,
    canonical_words,
    corpus_called,
    inside,
    known_gender,
    nowhere,
    own_label,
    storable,
    unknown_label,
)
from ingest.sources import Source
from ingest.spans import Span, read_span
from warehouse.errors import SerError, one_line
from warehouse.registry import choose, nearest, slug
from warehouse.store import Store

COLUMNS = (
    *("path", "emotion", "dataset", "speaker", "gender", "age", "text", "language"),
    *("start_s", "end_s"),
)
RATING = "rating_"
SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
BATCH_ROWS = 1024

Row = tuple[int, Mapping[str, str] | Problem]
"""Number of a row (a line of text counts from 1) and its cells by our names, or what is wrong."""


@dataclass
class Summary:
    """What a manifest holds of one corpus."""

    clips: int = 0
    emotions: dict[str, str] = field(default_factory=dict)
    """Raw label → canonical emotion, of those that occur and are known."""
    languages: set[str] = field(default_factory=set)


def sources(request: Request, _: Store) -> list[Source]:
    """Return the corpora of a manifest.

    Raises:
        SerError: it is missing, no table of a kind that is read, lacks a column, or says nothing
            about a corpus or a language.
    """
    manifest = _only_manifest(request.folder)
    if unknown := sorted(set(request.columns) - set(COLUMNS)):
        guess = nearest(unknown[0], COLUMNS)
        hint = f"did you mean {guess}?" if guess else f"known: {', '.join(COLUMNS)}"
        raise SerError(f"--columns {unknown[0]}=…: no such column of ours; {hint}")
    summaries = _summaries(manifest, request)
    if request.names:
        names = choose("corpus", request.names, {name.lower(): name for name in summaries})
        summaries = {name: summaries[name] for name in names}
    return [
        Source(
            corpus,
            manifest.parent,
            "manifest",
            partial(_listing, corpus, name, manifest, request, position == 0),
        )
        for position, (name, summary) in enumerate(summaries.items())
        for corpus in [_corpus(name, summary, manifest, request)]
    ]


def _only_manifest(given: Path) -> Path:
    if given.is_file():
        if given.suffix.lower() not in SUFFIXES:
            raise SerError(f"{given}: no kind of table that is read ({' '.join(SUFFIXES)})")
        return given
    found = sorted(given.glob("manifest.*")) if given.is_dir() else []
    found = [path for path in found if path.suffix.lower() in SUFFIXES]
    if len(found) != 1:
        what = "several manifests, name one" if found else "no manifest (manifest.csv, .jsonl, …)"
        raise SerError(f"{given}: {what}; give the file itself as --sources FILE")
    return found[0]


def _summaries(manifest: Path, request: Request) -> dict[str, Summary]:
    summaries: dict[str, Summary] = {}
    words = canonical_words()
    lacking = {"path", "emotion"}
    for _, row in _rows(manifest, request):
        if isinstance(row, Problem):
            continue
        summary = summaries.setdefault(_dataset(row, manifest, request), Summary())
        summary.clips += 1
        if language := row.get("language") or request.language:
            summary.languages.add(language)
        raw = row.get("emotion", "")
        if emotion := words.get(raw.strip().lower()):
            summary.emotions[raw] = emotion
        lacking -= set(row)
    if summaries and lacking:
        name = sorted(lacking, reverse=True)[0]
        raise SerError(
            f"{manifest}: no row has a {name}; its columns are {_columns(manifest)}; say "
            f"--columns {name}=THEIRS"
        )
    if not summaries:
        raise SerError(f"{manifest}: holds no row that can be read; look at its first lines")
    return summaries


def _dataset(row: Mapping[str, str], manifest: Path, request: Request) -> str:
    return row.get("dataset") or request.dataset or manifest.parent.resolve().name


def _corpus(name: str, summary: Summary, manifest: Path, request: Request) -> Corpus:
    if (corpus := corpus_called(name)) is not None:
        return corpus
    if not slug(name).replace("_", "").isalnum():
        raise SerError(
            f"{manifest}: '{one_line(name)}' is no name for a corpus: letters, digits, - and _ "
            "only; correct its column dataset, or say --dataset NAME"
        )
    if not summary.languages:
        raise SerError(
            f"{manifest}: no row of {name} says its language; add a column, or say --language NAME"
        )
    if not summary.emotions:
        raise SerError(
            f"{manifest}: no row of {name} has an emotion that is known (like anger or angry); "
            "correct them, or add a row to dbt_project/seeds/emotions.csv"
        )
    return Corpus(
        name=name,
        pattern="(?!)",  # it has no layout that could describe a file
        emotions=summary.emotions,
        language=", ".join(sorted(summary.languages)),
        example="a row of the manifest",
        license="unstated",
        license_source=f"{manifest.name} does not say",
        url=f"the manifest {manifest.name}",
        citation="unpublished",
        published_clips=summary.clips,
        published_speakers=None,
    )


# Rows ----------------------------------------------------------------------------------------


def _columns(manifest: Path) -> str:
    """Return the names of the columns of the first row that can be read."""
    rows = (values for _, values in _read(manifest) if not isinstance(values, Problem))
    return one_line(", ".join(next(rows, {})))


def _read(manifest: Path) -> Iterator[tuple[int, Mapping[str, Any] | Problem]]:
    kind = manifest.suffix.lower()
    read = {".parquet": _parquet_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}
    return read.get(kind, _text_rows)(manifest)


def _rows(manifest: Path, request: Request) -> Iterator[Row]:
    """Yield the rows of a manifest under our names.

    Raises:
        SerError: it cannot be read at all, or lacks the column of paths or of emotions.
    """
    ours = {request.columns.get(name, name): name for name in COLUMNS}
    try:
        for number, values in _read(manifest):
            yield number, values if isinstance(values, Problem) else _renamed(values, ours)
    except (OSError, pa.ArrowException) as error:
        cause = getattr(error, "strerror", None) or one_line(error)
        raise SerError(f"{manifest}: cannot be read ({cause}); check it") from None


def _renamed(values: Mapping[str, Any], ours: Mapping[str, str]) -> dict[str, str]:
    """Return what is there under our names, as text; empty cells are left out."""
    row = {}
    for name, value in values.items():
        known = ours.get(name) or (name if name.startswith(RATING) else None)
        if known and value is not None and (text := str(value).strip()):
            row[known] = storable(text)
    return row


def _text_rows(manifest: Path) -> Iterator[tuple[int, dict[str, str] | Problem]]:
    delimiter = "\t" if manifest.suffix.lower() == ".tsv" else ","
    # Bytes that are no UTF-8 must cost their line, not the file.
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        header = next(reader, [])
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                problem = Problem("bad_line", f"no row ({error})", "correct its quotes")
                yield reader.line_num, problem
                continue
            if not cells:
                continue
            if len(cells) != len(header):
                detail = f"{len(cells)} cells where the header has {len(header)}"
                yield reader.line_num, Problem("bad_line", detail, "correct the line")
            elif any(not _is_utf8(cell) for cell in cells):
                yield reader.line_num, _NOT_UTF8
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))


def _json_rows(manifest: Path) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    with manifest.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError:
                yield number, _NOT_UTF8
                continue
            except (ValueError, RecursionError) as error:
                yield number, Problem("bad_line", f"no JSON ({one_line(error)})", "correct it")
                continue
            good = isinstance(values, dict)
            yield number, values if good else Problem("bad_line", "no JSON object", "correct it")


def _parquet_rows(manifest: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    with pq.ParquetFile(manifest) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            for values in batch.to_pylist():
                number += 1
                yield number, values


_NOT_UTF8 = Problem("bad_line", "it is not UTF-8", "save the manifest as UTF-8")


def _is_utf8(text: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in text)


# Clips ---------------------------------------------------------------------------------------


def _listing(
    corpus: Corpus, name: str, manifest: Path, request: Request, first: bool, _: LeftOut
) -> Iterator[tuple[SourceFile, Clip]]:
    seen: set[str] = set()
    for number, row in _rows(manifest, request):
        place = manifest.with_name(f"{manifest.name}:{number}")
        if isinstance(row, Problem):
            if first:  # what is no row belongs to no corpus; one has to answer for it
                yield nowhere(place.name, row, place)
            continue
        if _dataset(row, manifest, request) != name:
            continue
        file, clip = _clip(corpus, row, manifest, request)
        if file.path in seen:
            problem = Problem("duplicate_row", f"{file.path} is there before", "remove one of them")
            yield nowhere(place.name, problem, place)
            continue
        if isinstance(clip.label, Problem):
            # The message names the line; the reject is of the clip, so that mending it ends it.
            detail = f"line {number}: {clip.label.detail}"
            file, clip = replace(file, location=place), Clip(replace(clip.label, detail=detail))
        if file.path:
            seen.add(file.path)
            yield file, clip
        else:
            yield replace(file, path=place.name), clip


def _clip(
    corpus: Corpus, row: Mapping[str, str], manifest: Path, request: Request
) -> tuple[SourceFile, Clip]:
    """Return the clip of a row, or what is wrong with it; a row without a path has an empty one."""
    path = unicodedata.normalize("NFC", row.get("path", ""))
    span = _span(row)
    fragment = span.fragment if isinstance(span, Span) else ""
    if not path:
        problem = Problem("no_path", "its row has no path", "fill it in, or leave the row out")
    elif not inside(path):
        problem = replace(OUTSIDE, detail=f"{path}: {OUTSIDE.detail}")
    elif isinstance(span, Problem):
        problem, fragment = span, f"#t={row.get('start_s', '')},{row.get('end_s', '')}"
    elif (file := found_file(manifest.parent, path, fragment)) is None:
        problem = Problem("no_file", f"{path} is not there", "bring the file, or correct the row")
    else:
        ratings = _ratings(row)
        if isinstance(ratings, Problem):
            return file, Clip(ratings)
        return file, Clip(file.problem or _label(corpus, row, request), span, fragment, ratings)
    return nowhere(path and path + fragment, problem, manifest)


def _span(row: Mapping[str, str]) -> Span | Problem | None:
    start, end = row.get("start_s"), row.get("end_s")
    if start is None and end is None:
        return None
    span = read_span(start or "0", end or "")
    return span or Problem(
        "bad_segment",
        f"no part of a file lies between '{start or ''}' and '{end or ''}'",
        "correct the row: seconds or h:m:s, the start before the end",
    )


def _ratings(row: Mapping[str, str]) -> tuple[tuple[str, float], ...] | Problem:
    found = []
    for name, text in row.items():
        if not name.startswith(RATING):
            continue
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        found.append((name.removeprefix(RATING), value))
        if not math.isfinite(value):
            return Problem("bad_rating", f"{name} is '{text}', no number", "correct the row")
    return tuple(sorted(found))


def _label(corpus: Corpus, row: Mapping[str, str], request: Request) -> Label | Problem:
    raw = row.get("emotion")
    if raw is None:
        return Problem("no_label", "its row has no emotion", "fill it in, or leave the row out")
    emotion = own_label(corpus, raw) or canonical_words().get(raw.lower())
    if isinstance(emotion, Problem):
        return emotion
    if emotion is None:
        return unknown_label(raw, dict(canonical_words()) | dict(corpus.emotions))
    language = row.get("language") or request.language or corpus.language
    speaker = row.get("speaker")
    return Label(
        emotion=emotion,
        raw_label=raw,
        speaker_id=f"{corpus.slug}_{speaker}" if speaker else None,
        gender=known_gender(row.get("gender")),
        age=row.get("age"),
        transcription=row.get("text"),
        language=language,
    )


READER = Reader("manifest", "your own CSV, JSON lines or Parquet table beside the audio", sources)
