"""What a corpus is to us: a declaration that turns a file name into what the clip contains.

A corpus file states facts (pattern, label table, published figures); all behaviour is here, so
that two corpora cannot treat the same thing differently.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.labels import NO_LABEL, raw_labels
from ingest.spans import Span, read_span
from ingest.tables import Facts, Table, Tables, clean_key, fill
from ingest.tables import read_tables as read_tables
from warehouse.emotions import canonical_emotions
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
class Scale:
    """What the numbers of a rating mean."""

    low: float | None = None
    high: float | None = None
    unit: str | None = None
    """Words: `mean of 1 to 5 manikins`."""


@dataclass(frozen=True)
class Clip:
    """What the layout says of one clip: of a file, or of a part of one."""

    label: Label | Problem
    span: Span | None = None
    """The part of the file; None is all of it."""
    part: str = ""
    """What its path has beyond the file's: the span as a media fragment."""
    ratings: tuple[tuple[str, float], ...] = ()
    """Name and value, sorted."""


ACCESS = ("open", "application", "paid")
GENDERS = {"female": "female", "male": "male", "f": "female", "m": "male"}


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
    published_clips: int | None
    """None where nobody has published how many there are."""
    published_speakers: int | None
    canonical_labels: bool = False
    """Whether its labels are the canonical emotions: of a corpus whose user names its classes."""
    published_hours: float | None = None
    published_classes: Mapping[str, int] | int | None = None
    """Clips per canonical emotion as published, or how many emotions there are."""
    access: str = "open"
    """How it is to be had: `open` (downloads), `application` (a form, an agreement) or `paid`."""
    access_note: str = ""
    """That in words: what to download, where to apply."""
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
    facts: Mapping[str, str] = field(default_factory=dict)
    """Group → its value for every clip (the one speaker), or a template over the pattern's groups
    where it takes several to say it: `{session}{gender}`."""
    table: Table | tuple[Table, ...] = ()
    """Facts beside the audio: one table, or several of which each may look up what those before it
    say (a speaker's gender in a table of speakers). A table's facts go before the pattern's."""
    scales: Mapping[str, Scale] = field(default_factory=dict)
    """Name of a rating → its range and unit."""
    formats: tuple[str, ...] = ()
    """Suffixes, best first, where a clip comes in several formats: of files that are the same clip
    only the best is taken."""
    same_clip: str = "{stem}"
    """What such files have in common: a template over the pattern's groups and `stem`."""
    leave_out: str = ""
    """Pattern of paths that belong to the distribution and are no clips of the published corpus."""
    text_table: Table | None = None
    """Transcriptions in a table keyed by (language and) text code instead of by file."""
    downmix: str = "mean"
    """How several channels become one: `mean`, `channel_1` where averaging would comb-filter, or
    `centre`: of film sound (5.1) the channel of the dialogue, of anything else the mean."""
    synthetic: bool = False
    """True for synthesised speech, which is never pooled with real speech."""
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _left_out: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check what a typing mistake in a corpus file would break later and further away."""
        object.__setattr__(self, "_regex", re.compile(rf"(?:^|/){self.pattern}$"))
        left_out = re.compile(rf"(?:^|/){self.leave_out}$") if self.leave_out else None
        object.__setattr__(self, "_left_out", left_out)
        if self.canonical_labels:
            same = {emotion: emotion for emotion in sorted(canonical_emotions())}
            object.__setattr__(self, "emotions", same)
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
        if self.downmix not in ("mean", "channel_1", "centre"):
            raise SerError(f"corpus {self.name}: downmix is 'mean', 'channel_1' or 'centre'")
        if self.access not in ACCESS:
            raise SerError(f"corpus {self.name}: access is one of {', '.join(ACCESS)}")

    @property
    def slug(self) -> str:
        """The name as it begins speaker ids and names folders: `crema_d`, `turev_db`."""
        return slug(self.name)

    @property
    def labels(self) -> list[str]:
        """Its canonical emotions, sorted: the candidate labels of its clips."""
        return sorted(set(self.emotions.values()))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables of facts about clips."""
        return (self.table,) if isinstance(self.table, Table) else self.table

    def describe(self, path: str, tables: Tables) -> Label | Problem:
        """Return what the layout says of the (first) clip in the file at `path`."""
        return self.clips(path, tables)[0].label

    def clips(self, path: str, tables: Tables) -> list[Clip]:
        """Return what the layout says of the file at `path` (below the corpus folder).

        One clip, whose label may be a problem; several where a table cuts the file into segments.
        """
        match = self._match(path)
        if match is None:
            return [Clip(self._unknown_name())]
        rows = [Facts(self._named(match))]
        for position, table in enumerate(self.tables):
            found = [(facts, self._look_up(position, table, path, facts, tables)) for facts in rows]
            if table.required and any(more == [] for _, more in found):
                return [Clip(_not_in_table(table))]
            rows = [_joined(facts, new) for facts, more in found for new in more or [Facts({})]]
        if all("start" in facts.groups for facts in rows):
            return self._segments(rows, tables)
        if any(facts != rows[0] for facts in rows):
            return [Clip(_contradiction(rows))]
        return [Clip(self._label(rows[0].groups, tables), ratings=rows[0].ratings)]

    def paths_in_manifest(self, tables: Tables) -> set[str]:
        """Return the files that a table of the corpus lists by their whole path."""
        lists = {n for n, table in enumerate(self.tables) if table.match == "{path}"}
        return {path for position, path in tables.clips if position in lists}

    def is_left_out(self, path: str) -> bool:
        """Tell whether the file belongs to the distribution, but not to the published clips."""
        return self._left_out is not None and self._left_out.search(path) is not None

    def clip_key(self, path: str) -> str | None:
        """Return what the file at `path` has in common with other formats of the same clip."""
        match = self._match(path)
        return fill(self.same_clip, _of_file(path) | self._named(match)) if match else None

    def _match(self, path: str) -> re.Match[str] | None:
        stem, dot, suffix = path.rpartition(".")
        return self._regex.search(stem + dot + suffix.lower())

    def _named(self, match: re.Match[str]) -> dict[str, str]:
        """Return what the name says, and what holds for every clip."""
        named = {name: value for name, value in match.groupdict().items() if value is not None}
        filled = {
            name: fill(value, named) if "{" in value else value
            for name, value in self.facts.items()
        }
        return named | {name: value for name, value in filled.items() if value is not None}

    def _unknown_name(self) -> Problem:
        return Problem(
            "unknown_name",
            f"the name does not follow the layout of {self.name} (like {self.example})",
            f"leave it out, or extend the pattern in ingest/corpora/{self.slug}.py",
        )

    def _look_up(
        self, position: int, table: Table, path: str, facts: Facts, tables: Tables
    ) -> list[Facts]:
        key = fill(table.match, _of_file(path) | facts.groups)
        return tables.clips.get((position, clean_key(key)), []) if key is not None else []

    def _segments(self, rows: Sequence[Facts], tables: Tables) -> list[Clip]:
        """Return a clip per row; rows that contradict each other on a span are one problem."""
        spans: dict[Span, list[Facts]] = {}
        clips = []
        for facts in rows:
            start, end = facts.groups["start"], facts.groups.get("end", "")
            span = read_span(start, end)
            if span is None:
                clips.append(Clip(_bad_segment(start, end), part=f"#t={start},{end}"))
            elif facts not in (said := spans.setdefault(span, [])):
                said.append(facts)
        for span, facts in spans.items():
            label = (
                self._label(facts[0].groups, tables) if len(facts) == 1 else _contradiction(facts)
            )
            clips.append(Clip(label, span, span.fragment, facts[0].ratings))
        return clips

    def _label(self, facts: Mapping[str, str], tables: Tables) -> Label | Problem:
        raw = facts.get("emotion")
        if raw is None:
            reason = self.unlabelled.get(NO_LABEL, "no emotion is given for it")
            return Problem("no_label", reason, "complete the table, or leave the file out")
        if reason := _spelled(raw, self.unlabelled):
            return Problem(
                "no_label",
                f"labelled '{raw}': {reason}",
                "nothing to be done: it has no one emotion",
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
        # Names of people are in some tables as they are written; identifiers have no spaces.
        speaker = "-".join(facts.get("speaker", "").split()) or None
        known = _named_so(speaker or "", self.speakers)
        published = self.speakers.get(known or "", Speaker())
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
            speaker_id=f"{self.slug}_{published.name or known or speaker}" if speaker else None,
            gender=self._gender(gender) or published.gender,
            age=self._age(facts.get("age")) or published.age,
            transcription=self._transcription(facts.get("text"), language, tables),
            language=language,
        )

    def _gender(self, value: str | None) -> str | None:
        """Return female or male, or None for whatever else a table may say."""
        if value is None:
            return None
        return _spelled(value, self.genders) or GENDERS.get(value.strip().lower())

    def _age(self, value: str | None) -> str | None:
        """Return the age as text; a code that the authors do not explain says none."""
        return _spelled(value, self.ages) if self.ages and value else value

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
    label = _named_so(raw, labels)
    return None if label is None else labels[label]


def _named_so(name: str, names: Mapping[str, object]) -> str | None:
    """Return the one of `names` that is `name`, whatever its case."""
    if name in names:
        return name
    return next((each for each in names if each.casefold() == name.casefold()), None)


def _of_file(path: str) -> dict[str, str]:
    file = path.rsplit("/", 1)[-1]
    return {"path": path, "file": file, "stem": file.rpartition(".")[0] or file}


def _joined(facts: Facts, more: Facts) -> Facts:
    return Facts({**facts.groups, **more.groups}, tuple(sorted({*facts.ratings, *more.ratings})))


def _not_in_table(table: Table) -> Problem:
    return Problem(
        "not_in_table",
        f"{table.path} has no row for this file",
        "complete the table, or leave the file out",
    )


def _contradiction(rows: Sequence[Facts]) -> Problem:
    first, second = rows[0], rows[1]
    names = sorted(
        name
        for name in {*first.groups, *second.groups}
        if first.groups.get(name) != second.groups.get(name)
    ) or ["ratings"]
    return Problem(
        "contradiction",
        f"its {len(rows)} rows in the table differ in {', '.join(names)}",
        "correct the table",
    )


def _bad_segment(start: str, end: str) -> Problem:
    return Problem(
        "bad_segment",
        f"no part of a file lies between '{start}' and '{end}'",
        "correct the table: seconds or h:m:s, the start before the end",
    )


@functools.cache
def registry() -> dict[str, Corpus]:
    """Return every corpus by its name in lower case."""
    import ingest.corpora
    from warehouse.registry import discover

    return discover(ingest.corpora, "CORPUS")
