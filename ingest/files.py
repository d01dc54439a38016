"""The audio files below a corpus folder, and the odd things that lie about in real folders."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.corpus import Problem

AUDIO_SUFFIXES = frozenset(
    (
        *(".wav", ".flac", ".mp3", ".ogg", ".opus", ".aif", ".aiff", ".aifc", ".au", ".m4a"),
        *(".mp4", ".flv", ".avi", ".mov", ".mkv", ".webm"),
    )
)


@dataclass(frozen=True)
class SourceFile:
    """An audio file, by its suffix, below a corpus folder."""

    path: str
    """Path below the corpus folder: `/` between its parts, Unicode composed (macOS stores it
    decomposed), bytes that are no UTF-8 escaped. This is how the warehouse knows the file."""
    location: Path
    """Where it is opened."""
    size: int
    """Bytes; -1 where it cannot be told."""
    mtime_ns: int
    """Modification time; -1 where it cannot be told."""
    part: str = ""
    """What of the file a clip is, if it is not all of it; `path` ends in it."""
    problem: Problem | None = None
    """Why it cannot be read, if that is known without opening it."""
    embedded: Callable[[], bytes | Problem] | None = None
    """Where it lies inside another file (`location`): what gives its bytes, called in order."""
    file_id: str | None = None
    """The clip's identity, where its collection has given it one."""


@dataclass
class LeftOut:
    """What a listing could not or would not take."""

    lines: list[str] = field(default_factory=list)
    """What to tell the user, a line each."""
    folders: list[str] = field(default_factory=list)
    """Folders that could not be listed, spelled as `SourceFile.path`: what is below is unknown."""

    def hides(self, path: str) -> bool:
        """Tell whether a file `path` may be there without having been seen."""
        return any(folder == "." or path.startswith(f"{folder}/") for folder in self.folders)


def source_files(root: Path, left_out: LeftOut) -> Iterator[SourceFile]:
    """Yield the audio files below `root` in path order; links to folders are followed.

    Args:
        root: the corpus folder.
        left_out: takes note of every folder or file that has to be left out.
    """
    names: set[str] = set()
    for folder, entries in _folders(root, left_out):
        for name in entries:
            # A blank or a line break may hang on a name; the file is there all the same.
            if name.startswith(".") or Path(name).suffix.strip().lower() not in AUDIO_SUFFIXES:
                continue
            file = _source_file(root, folder / name)
            if file.path in names:
                left_out.lines.append(
                    f"{file.location}: there twice, in two Unicode spellings; left out"
                )
                continue
            names.add(file.path)
            yield file


def _folders(root: Path, left_out: LeftOut) -> Iterator[tuple[Path, list[str]]]:
    """Yield every folder once with the sorted names of its files, also if links form a circle."""

    def unlisted(error: OSError) -> None:
        left_out.lines.append(
            f"{error.filename}: cannot be listed ({error.strerror}), its files are left out"
        )
        left_out.folders.append(_spelled(root, Path(error.filename)))

    visited: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, onerror=unlisted, followlinks=True):
        try:
            status = Path(folder).stat()
        except OSError as error:  # it went away just now
            unlisted(error)
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in visited:
            folders.clear()
            continue
        visited.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(folder), sorted(names)


def found_file(root: Path, path: str, part: str = "") -> SourceFile | None:
    """Return the file that a table calls `path` (below `root`), if it is there.

    Args:
        root: the folder.
        path: where the table has it, composed; on disk it may be spelled decomposed.
        part: what of the file the clip is, as a media fragment.
    """
    try:
        for spelling in (path, unicodedata.normalize("NFD", path)):
            if (root / spelling).exists():
                found = _source_file(root, root / spelling)
                return replace(found, path=path + part, part=part)
    except (OSError, ValueError) as error:  # a name that no file system takes
        detail = getattr(error, "strerror", None) or error
        problem = Problem("bad_name", f"no file can be called so ({detail})", "correct the table")
        return SourceFile(path + part, root, -1, -1, part, problem)
    return None


def _source_file(root: Path, location: Path) -> SourceFile:
    path = _spelled(root, location)
    try:
        status = location.stat()
    except OSError as error:
        return SourceFile(path, location, -1, -1, problem=cannot_be_read(error))
    problem = None
    if not stat.S_ISREG(status.st_mode):
        problem = Problem("not_a_file", "a pipe, socket or device, not a file", "remove it")
    elif (escaped := os.fsencode(path).decode("utf-8", "backslashreplace")) != path:
        path = escaped
        problem = Problem("bad_name", "the name is not UTF-8", "rename it (convmv renames many)")
    return SourceFile(path, location, status.st_size, status.st_mtime_ns, problem=problem)


def _spelled(root: Path, location: Path) -> str:
    return unicodedata.normalize("NFC", location.relative_to(root).as_posix())


def cannot_be_read(error: OSError) -> Problem:
    """Return the problem of a file that the system refuses to open or read."""
    return Problem("unreadable", f"cannot be read ({error.strerror})", "check it and its disk")
