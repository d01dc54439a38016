"""What a corpus is to us: a declaration that turns a file name into what the clip contains.

A corpus file states facts (pattern, label table, published figures); all behaviour is here, so
that two corpora cannot treat the same thing differently.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.labels import canonical_emotions, raw_labels
from warehouse.errors import SerError
from warehouse.registry import nearest, slug


@dataclass(frozen=True)
class Speaker:
    """What the authors publish of a speaker."""

    gender: str | None = None
    age: str | None = None
    name: str | None = None
    """The speaker's name where a file name may abbreviate it."""


@dataclass(frozen=True)
class Table:
    """A table of labels beside the audio, one row per clip, keyed by file name."""

    path: str
    """Path below the corpus folder."""
    key: str
    """Column with the file name."""
    columns: Mapping[str, str]
    """Our group name (emotion, speaker, gender, age, text) → column of the table."""
    delimiter: str = "\t"
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Label:
    """What the layout says of one clip."""

    emotion: str
    raw_label: str
    speaker_id: str | None
    gender: str | None
    age: str | None
    transcription: str | None
    language: str


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be used, and what can be done about it."""

    reason: str
    detail: str
    remedy: str


@dataclass(frozen=True)
class Corpus:
    """One corpus in its original layout.

    `pattern` is searched at the end of the path below the corpus folder; its named groups
    `emotion`, `speaker`, `gender`, `text` and `language` are looked up in the tables below.
    """

    name: str
    pattern: str
    language: str
    """English name of the language, or how several are told apart (see `languages`)."""
    example: str
    """A file name that follows the layout, for messages."""
    license: str
    license_source: str
    url: str
    citation: str
    published_clips: int
    published_speakers: int | None
    emotions: Mapping[str, str] = field(default_factory=dict)
    """Raw label → canonical emotion. The corpora of this project leave it empty: theirs are the
    rows of dbt_project/seeds/raw_labels.csv. It is for a corpus that is made while a job runs."""
    unlabelled: Mapping[str, str] = field(default_factory=dict)
    """Raw label that stands for no emotion → why: such a file is a reject. As `emotions`."""
    published_rates_hz: tuple[int, ...] = ()
    """Sampling rates of the published files; a file at another rate is an altered copy."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Value of group `language` → English name, for a corpus in several languages; the value is
    empty where the name of a file does not say it."""
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    genders: Mapping[str, str] = field(default_factory=dict)
    """Value of group `gender` → female or male."""
    ages: Mapping[str, str] = field(default_factory=dict)
    """Value of group `age` → the age, or the band of ages, where it is a code."""
    transcriptions: Mapping[str, str] = field(default_factory=dict)
    """Value of group `text` → what is said."""
    carrier: str = "{text}"
    """Where the value of `text` is itself a word: the sentence around it."""
    table: Table | None = None
    text_table: Table | None = None
    """Transcriptions in a table keyed by (language and) text code instead of by file."""
    downmix: str = "mean"
    """How several channels become one: `mean`, or `channel_1` where averaging would comb-filter."""
    synthetic: bool = False
    """True for synthesised speech, which is never pooled with real speech."""
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check what a typing mistake in a corpus file would break later and further away."""
        object.__setattr__(self, "_regex", re.compile(rf"(?:^|/){self.pattern}$"))
        if not self.emotions:
            if self.name not in raw_labels():
                raise SerError(
                    f"corpus {self.name}: dbt_project/seeds/raw_labels.csv has no labels of it; "
                    "add a row for each of its labels"
                )
            object.__setattr__(self, "emotions", raw_labels()[self.name].emotions)
            object.__setattr__(self, "unlabelled", raw_labels()[self.name].unlabelled)
        if unknown := set(self.emotions.values()) - canonical_emotions():
            word = sorted(unknown)[0]
            raise SerError(
                f"corpus {self.name}: '{word}' is not a canonical emotion; did you mean "
                f"{nearest(word, canonical_emotions())}? (dbt_project/seeds/emotions.csv)"
            )
        if self.downmix not in ("mean", "channel_1"):
            raise SerError(f"corpus {self.name}: downmix is 'mean' or 'channel_1'")

    @property
    def slug(self) -> str:
        """The name as it begins speaker ids and names folders: `crema_d`, `turev_db`."""
        return slug(self.name)

    @property
    def labels(self) -> list[str]:
        """Its canonical emotions, sorted: the candidate labels of its clips."""
        return sorted(set(self.emotions.values()))

    def describe(self, path: str, tables: Tables) -> Label | Problem:
        """Return what the layout says of the file at `path` (below the corpus folder)."""
        stem, dot, suffix = path.rpartition(".")
        match = self._regex.search(stem + dot + suffix.lower())
        if match is None:
            return Problem(
                "unknown_name",
                f"the name does not follow the layout of {self.name} (like {self.example})",
                f"leave it out, or extend the pattern in ingest/corpora/{self.slug}.py",
            )
        facts = {name: value for name, value in match.groupdict().items() if value is not None}
        if self.table is not None:
            row = tables.clips.get(path.rsplit("/", 1)[-1])
            if row is None:
                return Problem(
                    "not_in_table",
                    f"{self.table.path} has no row for this file",
                    "complete the table, or leave the file out",
                )
            facts |= row
        return self._label(facts, tables)

    def _label(self, facts: Mapping[str, str], tables: Tables) -> Label | Problem:
        raw = facts["emotion"]
        if reason := _spelled(raw, self.unlabelled):
            return Problem(
                "no_label",
                f"labelled '{raw}': {reason}",
                "nothing to be done: it shows no one emotion",
            )
        emotion = _spelled(raw, self.emotions)
        if emotion is None:
            known = ", ".join(self.emotions)
            guess = nearest(raw, self.emotions)
            return Problem(
                "unknown_label",
                f"label '{raw}' is not one of {self.name}'s ({known})",
                f"correct it (nearest: {guess})" if guess else "correct it, or leave the file out",
            )
        speaker = facts.get("speaker")
        published = self.speakers.get(speaker or "", Speaker())
        gender = facts.get("gender")
        spoken = facts.get("language", "")
        language = self.languages.get(spoken) if self.languages else self.language
        if language is None:
            return Problem(
                "unknown_language",
                f"language '{spoken}' is not one of {self.name}'s",
                f"correct it (known: {', '.join(self.languages)})",
            )
        return Label(
            emotion=emotion,
            raw_label=raw,
            speaker_id=f"{self.slug}_{published.name or speaker}" if speaker else None,
            gender=(_spelled(gender, self.genders) or gender) if gender else published.gender,
            age=self.ages.get(age, age) if (age := facts.get("age")) else published.age,
            transcription=self._transcription(facts.get("text"), language, tables),
            language=language,
        )

    def _transcription(self, text: str | None, language: str, tables: Tables) -> str | None:
        if text is None:
            return None
        if self.text_table is not None:
            return tables.texts.get(f"{language}/{text}")
        if self.transcriptions:
            return self.transcriptions.get(text)
        return self.carrier.format(text=text.replace("_", " "))


def _spelled(raw: str, labels: Mapping[str, str]) -> str | None:
    """Return the value of `raw` in `labels`, whatever its case: real folders mix them."""
    if raw in labels:
        return labels[raw]
    folded = raw.casefold()
    return next((value for label, value in labels.items() if label.casefold() == folded), None)


@dataclass(frozen=True)
class Tables:
    """The label tables of a corpus folder, read once."""

    clips: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]


def read_tables(corpus: Corpus, root: Path) -> Tables:
    """Read the tables that `corpus` declares below `root`.

    Raises:
        SerError: a table is missing, lacks a column or is not text in its encoding.
    """
    clips = {}
    if corpus.table is not None:
        for row in _rows(corpus, corpus.table, root):
            # nEMO's own table pads its speaker ids with eight spaces.
            facts = {g: row[c].strip() for g, c in corpus.table.columns.items()}
            name = unicodedata.normalize("NFC", row[corpus.table.key].strip())
            clips[name] = {g: v for g, v in facts.items() if v}
    texts = {}
    if corpus.text_table is not None:
        columns = corpus.text_table.columns
        for row in _rows(corpus, corpus.text_table, root):
            language = row[columns["language"]] if "language" in columns else corpus.language
            texts[f"{language}/{row[corpus.text_table.key]}"] = row[columns["text"]]
    return Tables(clips, texts)


def _rows(corpus: Corpus, table: Table, root: Path) -> list[dict[str, str]]:
    path = root / table.path
    try:
        with path.open(encoding=table.encoding, newline="") as handle:
            reader = csv.DictReader(handle, delimiter=table.delimiter, quoting=csv.QUOTE_NONE)
            rows = list(reader)
    except FileNotFoundError:
        raise SerError(
            f"{path}: {corpus.name}'s label table is missing; get it with the corpus ({corpus.url})"
        ) from None
    except UnicodeDecodeError as error:
        raise SerError(
            f"{path}: not {table.encoding} text (byte {error.start}); get it again ({corpus.url})"
        ) from None
    except OSError as error:
        raise SerError(f"{path}: cannot be read ({error.strerror}); check it") from None
    except csv.Error as error:
        raise SerError(f"{path}: no table ({error}); get it again ({corpus.url})") from None
    wanted = {table.key, *table.columns.values()}
    if missing := sorted(wanted - set(reader.fieldnames or ())):
        raise SerError(
            f"{path}: no column {', '.join(missing)}; get the table again ({corpus.url})"
        )
    short = [n for n, row in enumerate(rows, 2) if any(row[c] is None for c in wanted)]
    if short:
        raise SerError(f"{path}: line {short[0]} is cut short; get the table again ({corpus.url})")
    return rows


@functools.cache
def registry() -> dict[str, Corpus]:
    """Return every corpus by its name in lower case."""
    import ingest.corpora
    from warehouse.registry import discover

    return discover(ingest.corpora, "CORPUS")
