"""Label tables beside the audio: what kinds there are, and how they are read."""

from __future__ import annotations

import csv
import glob
import json
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from warehouse.errors import SerError, one_line

if TYPE_CHECKING:
    from ingest.corpus import Corpus

Row = Mapping[str, str]
"""A row of a table as it is there: column → cell."""

Reader = Callable[[Path], Iterable[Row]]


@dataclass(frozen=True)
class Table:
    """Facts about clips in files of their own; several files that match `path` are one table.

    CSV and other separated text, JSON, JSON lines and YAML (a list of mappings, or a mapping of
    them by name) are told by the suffix; what is none of these has a `reader`.

    Where a column is named, a template over several may stand, like `dia{Dialogue_ID}_utt{Turn}`;
    `{column:file}` is the last part of a path and `{column:stem}` that without its suffix.
    Every row also has the columns `table_file`, the name of the file it is in without its suffix,
    and, in a mapping by name, `name`.
    """

    path: str
    """Path below the corpus folder; `*` and `**` stand for what copies differ in."""
    key: str
    """Column with what the rows belong to, by default a file name."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our group name (emotion, speaker, gender, age, text, language, start, end) → column. With
    start and end (seconds or h:m:s) every row is a clip, and a file may have several."""
    optional: Mapping[str, str] = field(default_factory=dict)
    """The same for columns that a copy may lack."""
    ratings: Mapping[str, str] = field(default_factory=dict)
    """Name of a rating → column with a number."""
    rating_prefix: str = ""
    """Every column that begins so holds a rating, named by the rest."""
    match: str = "{file}"
    """What of a file is looked up: a template over the pattern's groups, the facts of the tables
    before this one, and `path`, `file` (its last part) and `stem` (that without its suffix)."""
    required: bool = True
    """Whether there is no clip without a row. A table that is not may be missing altogether."""
    delimiter: str = "\t"
    quotes: bool | None = None
    """Whether cells may be quoted; by default in comma-separated tables only."""
    header: tuple[str, ...] = ()
    """Names of the columns of a separated table without a first line that says them."""
    nulls: frozenset[str] = frozenset()
    """Cells that say nothing, like `Unknown`; empty ones always do."""
    encoding: str = "utf-8"
    reader: Reader | None = None
    """Reads the rows of one file of another format; raises ValueError with the cause."""


@dataclass(frozen=True)
class Facts:
    """What a row of a table says."""

    groups: Mapping[str, str]
    ratings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Tables:
    """The label tables of a corpus folder, read once."""

    clips: Mapping[tuple[int, str], list[Facts]]
    """(position of the table in the corpus' declaration, key) → its rows."""
    texts: Mapping[str, str]


def read_tables(corpus: Corpus, root: Path) -> Tables:
    """Read the tables that `corpus` declares below `root`.

    Raises:
        SerError: a table is missing, lacks a column or is not text in its encoding.
    """
    clips: dict[tuple[int, str], list[Facts]] = {}
    for position, table in enumerate(corpus.tables):
        for row in _rows(corpus, table, root):
            key = fill(table.key, row)
            if key is None:
                continue
            clips.setdefault((position, clean_key(key)), []).append(_facts(table, row))
    texts = {}
    if corpus.text_table is not None:
        columns = corpus.text_table.columns
        for row in _rows(corpus, corpus.text_table, root):
            language = row[columns["language"]] if "language" in columns else corpus.language
            texts[f"{language}/{row[corpus.text_table.key]}"] = row[columns["text"]]
    return Tables(clips, texts)


class _Template(string.Formatter):
    """Templates over columns, with the parts of a path as formats."""

    def format_field(self, value: object, format_spec: str) -> str:
        file = str(value).replace("\\", "/").rpartition("/")[2]
        if format_spec == "file":
            return file
        if format_spec == "stem":
            return file.rpartition(".")[0] or file
        return str(super().format_field(value, format_spec))


_TEMPLATE = _Template()


def fill(template: str, facts: Mapping[str, str]) -> str | None:
    """Return the column `template`, or the template filled in; None if it lacks something."""
    try:
        return _TEMPLATE.vformat(template, (), facts) if "{" in template else facts[template]
    except KeyError:
        return None


def clean_key(key: str) -> str:
    """Return `key` as `SourceFile.path` would spell it."""
    key = unicodedata.normalize("NFC", key.strip()).replace("\\", "/")
    return key.removeprefix("./")


def whole_text(path: Path) -> Iterator[Row]:
    """Read a file that is one text (a transcript per clip): one row with the column `text`."""
    yield {"text": " ".join(path.read_text(encoding="utf-8-sig").split())}


def _facts(table: Table, row: Row) -> Facts:
    # nEMO's own table pads its speaker ids with eight spaces.
    cells = {
        group: (fill(column, row) or "").strip()
        for group, column in {**table.columns, **table.optional}.items()
    }
    groups = {g: cell for g, cell in cells.items() if cell and cell not in table.nulls}
    named = dict(table.ratings)
    if prefix := table.rating_prefix:
        named |= {c.removeprefix(prefix): c for c in row if c and c.startswith(prefix)}
    ratings = [(name, _number(row.get(column))) for name, column in sorted(named.items())]
    return Facts(groups, tuple((name, value) for name, value in ratings if value is not None))


def _number(cell: str | None) -> float | None:
    """Return a rating; an empty cell is none, nor is what is no number (`NA`, `-`)."""
    try:
        number = float((cell or "").strip())
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _rows(corpus: Corpus, table: Table, root: Path) -> Iterator[Row]:
    paths = _matching(root, table.path)
    if not paths and table.required:
        raise SerError(
            f"{root / table.path}: {corpus.name}'s label table is missing; "
            f"get it with the corpus ({corpus.url})"
        )
    rated: set[str] = set()
    for path in paths:
        for row in _rows_of_file(corpus, table, path):
            rated |= row.keys() & table.ratings.values()
            yield {"table_file": path.stem, **row}
    # Of several files some may be without ratings, but none of them is a table of another kind.
    if paths and (missing := sorted(set(table.ratings.values()) - rated)):
        raise SerError(
            f"{paths[0]}: no column {', '.join(missing)}; get the table again ({corpus.url})"
        )


def _matching(root: Path, pattern: str) -> list[Path]:
    """Return the files that `pattern` matches, each once, also behind links to folders.

    What macOS leaves beside them (`._x`) is not matched.
    """
    if not glob.has_magic(pattern):
        return [root / pattern] if (root / pattern).exists() else []
    found: dict[Path, Path] = {}
    # Path.glob would not go through links to folders.
    for name in sorted(glob.iglob(pattern, root_dir=root, recursive=True)):  # noqa: PTH207
        found.setdefault((root / name).resolve(), root / name)
    return list(found.values())


def _rows_of_file(corpus: Corpus, table: Table, path: Path) -> list[Row]:
    again = f"get it again ({corpus.url})"
    try:
        rows = list(_reader(table, path)(path))
    except UnicodeDecodeError as error:
        raise SerError(f"{path}: not {table.encoding} text (byte {error.start}); {again}") from None
    except OSError as error:
        raise SerError(f"{path}: cannot be read ({error.strerror}); check it") from None
    except (csv.Error, ValueError, yaml.YAMLError, AttributeError, TypeError, KeyError) as error:
        raise SerError(f"{path}: no table ({one_line(error)}); {again}") from None
    if table.reader is not None or not rows:
        return rows
    wanted = _columns(table)
    present = set().union(*rows)
    if missing := sorted(wanted - present - {"table_file"}):
        raise SerError(
            f"{path}: no column {', '.join(missing)}; get the table again ({corpus.url})"
        )
    short = [n for n, row in enumerate(rows, 2) if any(row.get(c, "") is None for c in wanted)]
    if short:
        raise SerError(f"{path}: line {short[0]} is cut short; get the table again ({corpus.url})")
    return rows


def _columns(table: Table) -> set[str]:
    """Return the columns that a table must have."""
    templates = (table.key, *table.columns.values())
    return {name for template in templates for name in _names(template)}


def _names(template: str) -> Iterator[str]:
    if "{" not in template:
        yield template
        return
    for _, name, _, _ in string.Formatter().parse(template):
        if name:
            yield name


def _reader(table: Table, path: Path) -> Reader:
    if table.reader is not None:
        return table.reader
    kinds: dict[str, Callable[[Path, Table], Iterable[Row]]] = {
        ".json": _json,
        ".jsonl": _json_lines,
        ".yaml": _yaml,
        ".yml": _yaml,
    }
    read = kinds.get(path.suffix.lower(), _separated)
    return lambda file: read(file, table)


def _separated(path: Path, table: Table) -> list[Row]:
    quotes = table.delimiter == "," if table.quotes is None else table.quotes
    # Spreadsheets put a byte order mark before the first column's name.
    encoding = "utf-8-sig" if table.encoding == "utf-8" else table.encoding
    with path.open(encoding=encoding, newline="") as handle:
        reader = csv.DictReader(
            handle,
            fieldnames=table.header or None,
            delimiter=table.delimiter,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        )
        rows = list(reader)
    if not rows and (missing := _columns(table) - set(reader.fieldnames or ()) - {"table_file"}):
        raise ValueError(f"no column {', '.join(sorted(missing))}")
    return rows


def _json(path: Path, table: Table) -> Iterator[Row]:
    return _mappings(json.loads(path.read_text(encoding=table.encoding)))


def _json_lines(path: Path, table: Table) -> Iterator[Row]:
    with path.open(encoding=table.encoding) as handle:
        return _mappings([json.loads(line) for line in handle if line.strip()])


def _yaml(path: Path, table: Table) -> Iterator[Row]:
    # The base loader leaves every scalar as it is written: `no` is a word, not False.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return _mappings(yaml.load(path.read_text(encoding=table.encoding), loader))


def _mappings(content: object) -> Iterator[Row]:
    """Yield the rows of a list of mappings, or of a mapping of them by name."""
    if isinstance(content, Mapping):
        content = [{"name": name, **row} for name, row in content.items()]
    if content and not isinstance(content, list):
        raise ValueError("neither a list nor a mapping of rows")
    for row in content or []:
        yield {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> str:
    if value is None or isinstance(value, list | Mapping):
        return ""
    return str(value)
