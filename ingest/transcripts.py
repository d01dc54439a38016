"""Readers of transcripts that lie beside the audio in formats of their own (see `Table.reader`)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.tables import Row

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SENTENCE = re.compile(r"(?P<name>\d{4}_\d{6})\s+(?P<text>.+?)(?:\t\s*\S+)?\s*")


def decode(data: bytes, encodings: Sequence[str]) -> str | None:
    """Return the text that `data` is, or None if it is none in any of `encodings`.

    A byte order mark decides before they are tried in turn.
    """
    marked = [encoding for bom, encoding in _BOMS if data.startswith(bom)]
    for encoding in marked or encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def text_of_clip(path: Path) -> Iterator[Row]:
    """Read a file that is the transcript of one clip: one row with the column `text`."""
    text = " ".join((decode(path.read_bytes(), ("utf-8", "cp1252")) or "").split())
    yield {"text": text}


def sentences_of_speaker(path: Path) -> Iterator[Row]:
    """Read the sentences of a speaker of ESD: rows with the columns `name` and `text`.

    A line is the name of a clip, what is said and the emotion, separated by tabs; a few lack the
    last or the tab before it. The twenty files are in GB 2312, UTF-8, UTF-16 and Latin-1. A file
    in none of these has no rows: clips without a transcript are better than no clips.
    """
    data = path.read_bytes()
    text = decode(data, ("utf-8", "gb18030" if path.stem <= "0010" else "latin-1"))
    for line in (text or "").splitlines():
        if match := _SENTENCE.fullmatch(line.strip()):
            yield {"name": match["name"], "text": match["text"].strip()}
