"""Rows of a JSONL, CSV or Parquet file, each with its line. What is no row is a problem, no end."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import SerError, one_line

Row = dict[str, Any]

LARGEST = 2**63 - 1
"""Whole number that a column holds."""

LONGEST_FIELD = 2**24
"""Characters in a field of a CSV; Python's own limit is shorter than some answers."""


@dataclass(frozen=True)
class Problem:
    """A row that cannot be used."""

    file: Path
    line: int
    """From 1, as editors count; in Parquet the number of the row."""
    cause: str
    remedy: str

    def __str__(self) -> str:
        """Return the one line that people read."""
        return one_line(f"{self.file}:{self.line}: {self.cause}; {self.remedy}")


@dataclass(frozen=True)
class Source:
    """A file, and what its rows mean beyond their own columns."""

    file: Path
    constants: Mapping[str, str]
    """Column → value, where a row has none."""
    names: Mapping[str, str]
    """Column as the file calls it → as it is called here."""

    def rows(self) -> Iterator[tuple[int, Row | Problem]]:
        """Yield line and row; empty cells are left out, as if there were no such column. Only an
        empty `raw_text` stays: a model may well say nothing.

        Raises:
            SerError: the file cannot be read at all, or is of no known kind.
        """
        reader = READERS.get(self.file.suffix.lower())
        if reader is None:
            raise SerError(
                f"{self.file}: no table of a known kind; it must end in {', '.join(READERS)}"
            )
        try:
            for line, found in reader(self.file):
                yield line, found if isinstance(found, Problem) else self._named(line, found)
        except (OSError, pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
            cause = getattr(error, "strerror", None) or one_line(error)[:150]
            raise SerError(f"{self.file}: cannot be read ({cause}); check the file") from None

    def _named(self, line: int, found: Row) -> Row | Problem:
        row: Row = {}
        for theirs, value in found.items():
            name = self.names.get(theirs, theirs)
            if value is None or (value == "" and name != "raw_text"):
                continue
            if row.setdefault(name, value) != value:
                return Problem(
                    self.file, line, f"two values of {name}", "rename one column to something else"
                )
            if _is_torn(value):
                cause = (
                    f"{name} holds half a character (a lone surrogate), which no UTF-8 can store"
                )
                return Problem(self.file, line, cause, "replace it, by U+FFFD for example")
        return {**self.constants, **row}


def _is_torn(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_is_torn, value))
    return isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value)


def _each_once(names: Iterable[str]) -> None:
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise csv.Error(f"two columns are called {twice[0]}")


def _jsonl(file: Path) -> Iterator[tuple[int, Row | Problem]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:  # also what is no UTF-8
                yield number, Problem(file, number, f"no JSON ({error})", "mend or remove the line")
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                cause = f"a {type(row).__name__}, not an object"
                yield number, Problem(file, number, cause, 'write {"column": value, …}')


def _csv(file: Path) -> Iterator[tuple[int, Row | Problem]]:
    csv.field_size_limit(LONGEST_FIELD)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        _each_once(reader.fieldnames or ())
        for row in reader:
            if None in row or None in row.values():
                cause = f"not the {len(reader.fieldnames or ())} fields of the first line"
                yield reader.line_num, Problem(file, reader.line_num, cause, "mend the line")
            else:
                yield reader.line_num, row


def _parquet(file: Path) -> Iterator[tuple[int, Row | Problem]]:
    number = 0
    parquet = pq.ParquetFile(file)
    _each_once(parquet.schema_arrow.names)
    for batch in parquet.iter_batches(1000):
        for row in batch.to_pylist():
            number += 1
            yield number, row


READERS = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}


class BadValueError(ValueError):
    """A value that cannot be used: cause and remedy."""

    def __init__(self, cause: str, remedy: str) -> None:
        """Keep both apart for a `Problem`."""
        super().__init__(cause, remedy)
        self.cause, self.remedy = cause, remedy


def needed(row: Row, name: str) -> Any:  # noqa: ANN401
    """Return a value that must be there."""
    if name not in row:
        raise BadValueError(
            f"no {name}", f"add a column {name}, or say --set {name}=… or --rename OTHER={name}"
        )
    return row[name]


def needed_text(row: Row, name: str) -> str:
    """Return a text that must be there."""
    needed(row, name)
    return as_text(row, name) or ""


def as_text(row: Row, name: str) -> str | None:
    """Return a text, or None if there is none."""
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise BadValueError(f"{name} is {value!r:.40}", "it must be a text")


def as_number(row: Row, name: str) -> float | None:
    """Return a finite number, or None if there is none."""
    try:
        # Zero has one sign: 0 and -0 are one temperature.
        value = float(row[name]) + 0.0 if name in row else None
    except (TypeError, ValueError, OverflowError):
        raise BadValueError(f"{name} is {row[name]!r:.40}", "it must be a number") from None
    if value is not None and not abs(value) < float("inf"):
        raise BadValueError(f"{name} is {value}", "it must be a finite number")
    return value


def as_whole(row: Row, name: str) -> int | None:
    """Return a whole number, or None if there is none."""
    value = as_number(row, name)
    if value is None:
        return None
    try:  # beyond 2⁵³ a float is the neighbour of what was said
        whole = int(row[name])
    except ValueError:
        whole = int(value)
    if value != float(whole):
        raise BadValueError(f"{name} is {value}", "it must be a whole number")
    if abs(whole) > LARGEST:
        raise BadValueError(f"{name} is {whole}", f"it must be within ±{LARGEST}")
    return whole


def as_truth(row: Row, name: str) -> bool:
    """Return true or false; it must be there."""
    value = needed(row, name)
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in known:
        raise BadValueError(f"{name} is {value!r:.40}", "it must be true or false")
    return known[str(value).lower()]


def as_list(row: Row, name: str, separator: str) -> list[Any] | None:
    """Return a list: as such, as JSON, or joined by `separator`; None if there is none."""
    value = row.get(name)
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return list(json.loads(value))
        except ValueError:
            raise BadValueError(f"{name} is {value!r:.40}", "it must be a list") from None
    if isinstance(value, str):
        return [part.strip() for part in value.split(separator)]
    raise BadValueError(f"{name} is {value!r:.40}", "it must be a list")
