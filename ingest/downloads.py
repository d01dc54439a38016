"""Where corpora can be downloaded without asking anyone: one record each, and nothing guessed.

A corpus without a record is under an agreement, or its address is not one we are sure of; `fetch`
then prints where to go. A checksum is the publisher's: written down here, or read at the time of
the download from the record that the publisher keeps of the file (Zenodo).
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.corpus import registry
from warehouse.registry import choose


@dataclass(frozen=True)
class Archive:
    """A file to be downloaded; unpacked if it is a zip or tar archive, else kept as it is."""

    url: str
    checksum: str | None = None
    """`md5:…` or `sha256:…` as its publisher gives it."""
    zenodo: int | None = None
    """Number of the Zenodo record that holds the file: it is asked for the checksum."""
    inner: tuple[str, ...] = ()
    """Archives inside, by path, that are unpacked in turn, each in its place."""

    @property
    def file(self) -> str:
        """The file's name."""
        return unquote(urlsplit(self.url).path).rpartition("/")[2]


@dataclass(frozen=True)
class Hub:
    """A data set on the Hugging Face hub, at one revision for ever."""

    repository: str
    revision: str
    """The full commit hash."""
    patterns: tuple[str, ...] = ("*",)
    """Which files of it."""


def _zenodo(record: int, file: str, checksum: str | None = None) -> Archive:
    return Archive(f"https://zenodo.org/records/{record}/files/{file}", checksum, record)


def _emov_db() -> tuple[Archive, ...]:
    """Return the parts that exist: not every speaker has every emotion."""
    every = ("Amused", "Angry", "Disgusted", "Neutral", "Sleepy")
    speakers = {"bea": every, "jenie": every, "josh": ("Amused", "Neutral", "Sleepy"), "sam": every}
    return tuple(
        Archive(f"https://www.openslr.org/resources/115/{speaker}_{emotion}.tar.gz")
        for speaker, emotions in speakers.items()
        for emotion in emotions
    )


DOWNLOADS: dict[str, tuple[Archive, ...] | Hub] = {
    # The collection of 13 corpora; read with `ingest run --from cameo`.
    "cameo": Hub(
        "amu-cai/CAMEO", "38e9e968deb4636377e76b28bbb2062f92b898ab", ("data/*.parquet", "README.md")
    ),
    "cafe": (_zenodo(1478765, "CaFE_48k.zip"),),
    "emns": (
        Archive("https://www.openslr.org/resources/136/cleaned_webm.tar.xz"),
        Archive("https://www.openslr.org/resources/136/metadata.csv"),
    ),
    "emodb": (Archive("http://emodb.bilderbar.info/download/download.zip"),),
    "emov_db": _emov_db(),
    "emozionalmente": (_zenodo(6569824, "emozionalmente_dataset.zip"),),
    "meld": (
        Archive(
            "https://web.eecs.umich.edu/~mihalcea/downloads/MELD.Raw.tar.gz",
            inner=("MELD.Raw/train.tar.gz", "MELD.Raw/dev.tar.gz", "MELD.Raw/test.tar.gz"),
        ),
    ),
    "ravdess": (
        _zenodo(1188976, "Audio_Speech_Actors_01-24.zip", "md5:bc696df654c87fed845eb13823edef8a"),
    ),
    "subesco": (_zenodo(4526477, "SUBESCO.zip", "md5:13d702cf944bf54d70d66bffc036ed7a"),),
}
"""Slug → what to download."""


COLLECTIONS = {"cameo": "cameo"}
"""Slug of what is no single corpus → how `ingest run --from` calls it."""


def chosen_names(names: Sequence[str]) -> list[str]:
    """Return the slugs of `names`, each a corpus or a collection, without repeats.

    Raises:
        SerError: a name is unknown; the line suggests the nearest one.
    """
    known = {corpus.slug: corpus.slug for corpus in registry().values()}
    return choose("corpus", names, known | {name: name for name in DOWNLOADS})


def where_to_apply(name: str) -> str:
    """Return a line on a corpus that is not downloaded: where it is and under which licence."""
    corpus = next(each for each in registry().values() if each.slug == name)
    why = {
        "open": "open, but no address of its files is known for certain",
        "application": "handed out on application",
        "paid": "sold",
    }[corpus.access]
    note = f" ({corpus.access_note})" if corpus.access_note else ""
    return (
        f"{corpus.name}: not fetched: {why}{note}; licence: {corpus.license} "
        f"({corpus.license_source}). Get it from {corpus.url} and put it into a folder "
        f"'{corpus.name.lower()}'"
    )


def how_to_ingest(name: str, folder: Path) -> str:
    """Return the command that ingests what was fetched."""
    if name in COLLECTIONS:
        return f"make ingest FROM={COLLECTIONS[name]} SOURCES={shlex.quote(str(folder))}"
    return f"make ingest SOURCES={shlex.quote(str(folder.parent))} CORPORA={name}"
