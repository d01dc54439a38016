"""Unpack what a stranger packed: nothing outside the folder, no links, no bombs.

Names are taken apart before anything is written, and what is counted is what comes out, whatever
an archive's own table claims.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

from warehouse.errors import SerError, one_line

MAX_ENTRIES = 1_000_000
"""MSP-Podcast, the largest corpus of single files, has a quarter of that."""

MAX_RATIO = 100
"""Audio packs to no less than a tenth; what unpacks to more than this is made to fill a disk."""

SMALL = 64 * 2**20
"""Bytes below which the ratio is nobody's concern: text packs well."""

SPARE = 256 * 2**20
"""Bytes that are left free on the disk."""

BLOCK = 2**20


class Bomb(Exception):
    """The archive holds more than it may."""


@dataclass
class Unpacked:
    """What came out of an archive."""

    files: int = 0
    bytes: int = 0
    left_out: list[str] = field(default_factory=list)
    """A line for every entry that was not written."""


def is_archive(path: Path) -> bool:
    """Tell whether `unpack` knows what to do with `path`."""
    return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)


def unpack(archive: Path, folder: Path) -> Unpacked:
    """Write the files of a zip or tar archive below `folder`.

    Entries with absolute names, `..`, links, devices and names that no file system takes are left
    out, with a line each; so is a second entry of a name.

    Raises:
        SerError: no archive, cut short, encrypted, or more than the disk or reason allows. What
            was written until then is in `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out = Unpacked()
    limit = _Limit(archive.stat().st_size, shutil.disk_usage(folder).free)
    try:
        for name, problem, read in _entries(archive):
            limit.entry()
            target = None if problem else _inside(folder, name)
            if target is None:
                out.left_out.append(one_line(f"{name}: {problem or 'leads out of the folder'}"))
            elif read is not None:
                _write(read, target, name, limit, out)
    except Bomb as bomb:
        raise SerError(f"{archive}: {bomb}; not unpacked") from None
    except NotImplementedError as error:
        raise SerError(f"{archive}: cannot be unpacked ({error}); unpack it yourself") from None
    except _BROKEN as error:
        raise SerError(
            f"{archive}: broken ({one_line(error) or type(error).__name__}); download it again"
        ) from None
    return out


_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, RuntimeError)

Entry = tuple[str, str | None, Callable[[], IO[bytes]] | None]
"""Name, why it is left out, and how to open it (None: a folder)."""


def _entries(archive: Path) -> Iterator[Entry]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as pack:
            for info in pack.infolist():
                yield _zip_entry(pack, info)
    else:
        try:
            pack = tarfile.open(archive)  # noqa: SIM115  (closed below)
        except tarfile.ReadError:
            raise SerError(
                f"{archive}: neither a zip nor a tar archive, or cut short; is it a page that "
                "asks to sign in? Look into it, remove it, and fetch again"
            ) from None
        with pack:
            for member in pack:
                yield _tar_entry(pack, member)


def _zip_entry(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = info.filename.replace("\\", "/")  # as some packers on Windows write it
    kind = info.external_attr >> 28  # Unix file type, where there is one
    if info.flag_bits & 0x1:
        return name, "encrypted", None
    if kind not in (0, 4, 8):
        return name, "a link or device, not a file", None
    return name, None, None if name.endswith("/") else lambda: pack.open(info)


def _tar_entry(pack: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    if not (member.isfile() or member.isdir()):
        return member.name, "a link or device, not a file", None
    return member.name, None, (lambda: pack.extractfile(member)) if member.isfile() else None


def _inside(folder: Path, name: str) -> Path | None:
    """Return where an entry goes, or None if that is not below `folder`."""
    parts = PurePosixPath(name).parts
    windows = len(name) > 1 and name[1] == ":"
    if not parts or name.startswith("/") or windows or ".." in parts or "\0" in name:
        return None
    return folder.joinpath(*parts)


def _write(
    read: Callable[[], IO[bytes]], target: Path, name: str, limit: _Limit, out: Unpacked
) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # No links are ever made in the folder, so the parents are what they seem.
        with read() as source, target.open("xb") as handle:
            while block := source.read(BLOCK):
                limit.bytes(len(block))
                handle.write(block)
                out.bytes += len(block)
        out.files += 1
    except FileExistsError:
        out.left_out.append(one_line(f"{name}: a second entry of this name"))
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (28, 122):  # disk full, quota
            raise SerError(f"{target.parent}: {os.strerror(error.errno)}; make room") from None
        cause = error.strerror if isinstance(error, OSError) else error
        out.left_out.append(one_line(f"{name[:200]}: cannot be written ({cause})"))
    except _BROKEN as error:
        target.unlink(missing_ok=True)
        if isinstance(error, EOFError | tarfile.TarError):
            raise  # the archive ends here
        out.left_out.append(one_line(f"{name}: broken in the archive ({error})"))


class _Limit:
    """Counts what comes out of an archive and stops it in time."""

    def __init__(self, packed: int, free: int) -> None:
        self._entries = 0
        self._bytes = 0
        self._packed = max(packed, 1)
        self._free = free - SPARE

    def entry(self) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise Bomb(f"more than {MAX_ENTRIES:,} entries")

    def bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > max(SMALL, MAX_RATIO * self._packed):
            raise Bomb(
                f"unpacks to more than {MAX_RATIO} times its {self._packed:,} bytes: a zip bomb"
            )
        if self._bytes > self._free:
            raise Bomb(f"unpacks to more than the {max(self._free, 0):,} bytes that are free")
