"""Download what may be downloaded: resumed after any interruption, verified, then unpacked.

A file is written as `NAME.part`, continued by an HTTP range where the server allows it, and
renamed when its checksum is right. A corpus appears in its folder whole, or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from ingest.downloads import Archive, Hub
from ingest.unpack import SPARE, Unpacked, is_archive, unpack
from warehouse.errors import SerError, one_line
from warehouse.progress import bar

ATTEMPTS = 5
"""Tries in a row that bring nothing; as long as bytes arrive, it goes on."""

WAIT_S = 1.0
"""Before the second try; doubled each time."""

TIMEOUT_S = 60.0
BLOCK = 2**18
EXAMPLES = 3
WORK = ".fetch"
"""Folder beside the corpora for what is under way."""

ZENODO = "https://zenodo.org/api/records/{record}"


def fetch(name: str, what: tuple[Archive, ...] | Hub, into: Path) -> Path:
    """Bring a corpus or collection into the folder `into`/`name` and return that.

    Raises:
        SerError: it cannot be downloaded, is not what its publisher describes, or cannot be
            unpacked; or a folder of the name is there that `fetch` has not made.
    """
    folder, work = into / name, into / WORK / name
    done = work / "done.json"
    with _alone(work):
        if folder.exists():
            if done.exists() and json.loads(done.read_text())["folder"] == folder.name:
                print(f"{name}: is there already, in {folder}; remove it to fetch it again")
                return folder
            raise SerError(
                f"{folder}: is there already and was not fetched; move it away, or use it as it is "
                f"(make ingest SOURCES={into} CORPORA={name})"
            )
        if isinstance(what, Hub):
            _snapshot(what, work / "unpacked")
        else:
            _archives(name, what, work)
        record = {
            "folder": folder.name,
            "what": asdict(what) if isinstance(what, Hub) else [asdict(each) for each in what],
        }
        _write_whole(done, json.dumps(record, indent=1))
        (work / "unpacked").rename(folder)
    return folder


def _archives(name: str, archives: tuple[Archive, ...], work: Path) -> None:
    shutil.rmtree(work / "unpacked", ignore_errors=True)  # of a job that was killed
    files = [download(archive, work) for archive in archives]
    for archive, file in zip(archives, files, strict=True):
        if is_archive(file):
            _report(name, file, unpack(file, work / "unpacked"))
            for path in archive.inner:
                inner = work / "unpacked" / path
                if inner.is_file():
                    _report(name, inner, unpack(inner, inner.parent))
                    inner.unlink()
        elif _unpackable(file):
            unpack(file, work / "unpacked")  # says what it is instead
        else:
            (work / "unpacked").mkdir(exist_ok=True)
            shutil.copyfile(file, work / "unpacked" / file.name)
    for file in files:  # only now: a job that is killed before has nothing to download again
        file.unlink()


def _unpackable(file: Path) -> bool:
    return any(file.name.lower().endswith(suffix) for suffix in (".zip", ".gz", ".xz", ".tar"))


def _report(name: str, archive: Path, unpacked: Unpacked) -> None:
    print(f"{name}: {unpacked.files:,} files, {unpacked.bytes:,} bytes from {archive.name}")
    for line in unpacked.left_out[:EXAMPLES]:
        print(f"left out: {archive.name}: {line}", file=sys.stderr)
    if (more := len(unpacked.left_out) - EXAMPLES) > 0:
        print(f"left out: {archive.name}: … and {more:,} entries more", file=sys.stderr)


def download(archive: Archive, work: Path) -> Path:
    """Return the file of `archive` below `work`, downloaded as far as it is not there, verified.

    Raises:
        SerError: the server does not give it, or what it gives has another checksum.
    """
    work.mkdir(parents=True, exist_ok=True)
    checksum = archive.checksum or _published_checksum(archive)
    file = work / archive.file
    if not file.exists():
        part = work / f"{archive.file}.part"
        _complete(archive.url, part, checksum is not None)
        _verify(part, checksum, archive.url)
        part.rename(file)
        _validator_file(part).unlink(missing_ok=True)
    return file


_INTERRUPTED = (URLError, HTTPException, TimeoutError, ConnectionError, ssl.SSLError)


def _complete(url: str, part: Path, verified: bool) -> None:
    """Download `url` to `part`, going on where an earlier try or job stopped."""
    failures, wait, furthest = 0, WAIT_S, _size(part)
    while True:
        try:
            if _one_try(url, part, verified):
                return
            problem = "the connection broke off"
        except HTTPError as error:
            if error.code < 500 and error.code not in (408, 429):
                raise SerError(
                    f"{url}: the server says {error.code} {error.reason}; look at the corpus' page "
                    "whether it has moved"
                ) from None
            problem = f"the server says {error.code} {error.reason}"
        except _INTERRUPTED as error:
            problem = one_line(getattr(error, "reason", None) or error) or type(error).__name__
        if _size(part) > furthest:
            failures, wait, furthest = 0, WAIT_S, _size(part)
        failures += 1
        if failures >= ATTEMPTS:
            raise SerError(
                f"{url}: {problem}, {ATTEMPTS} times in a row; {_size(part):,} bytes are kept, "
                "fetch again to go on"
            )
        time.sleep(wait)
        wait *= 2


def _one_try(url: str, part: Path, verified: bool) -> bool:
    """Download what is missing; return whether all of it is there now.

    Args:
        url: where.
        part: what is there already of the file, and where the rest goes.
        verified: whether a checksum will tell if two versions of the file were joined.
    """
    state = _validator_file(part)
    have, validator = _size(part), state.read_text() if state.exists() else ""
    headers = {"User-Agent": "ser-warehouse", "Accept-Encoding": "identity"}
    if have and (validator or verified):
        headers["Range"] = f"bytes={have}-"
        if validator:  # if the file has changed on the server, it sends the whole new one instead
            headers["If-Range"] = validator
    try:
        response = _opener().open(Request(url, headers=headers), timeout=TIMEOUT_S)
    except HTTPError as error:
        if error.code != 416:
            raise
        total = (error.headers.get("Content-Range") or "").rpartition("/")[2]
        if total == str(have):
            return True
        part.unlink()  # there is less than we have: begin again
        return False
    with response:
        if response.status == 206 and not _starts_at(response, have):
            part.unlink(missing_ok=True)  # another piece than was asked for: begin again
            return False
        begin = have if response.status == 206 else 0
        length = response.headers.get("Content-Length")
        total = begin + int(length) if length and length.isdigit() else None
        _room_for((total or 0) - begin, part.parent)
        state.write_text(_validator(response))
        with part.open("r+b" if begin else "wb") as handle:
            handle.seek(begin)
            with bar(total or 0, f"fetch {part.stem}", "B") as progress:
                progress.update(begin)
                while block := response.read(BLOCK):
                    handle.write(block)
                    progress.update(len(block))
            handle.flush()
            os.fsync(handle.fileno())
    return total is None or _size(part) == total


def _opener() -> OpenerDirector:
    """Return what opens http and https and follows redirections to them, and nothing else."""
    opener = build_opener(HTTPHandler, HTTPSHandler)
    opener.handlers = [each for each in opener.handlers if type(each).__name__ not in _UNWANTED]
    for kind in ("file", "ftp", "data"):
        opener.handle_open.pop(kind, None)
    return opener


_UNWANTED = ("FileHandler", "FTPHandler", "DataHandler")


def _starts_at(response: HTTPResponse, position: int) -> bool:
    return (response.headers.get("Content-Range") or "").startswith(f"bytes {position}-")


def _validator_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.validator")


def _validator(response: HTTPResponse) -> str:
    """Return what tells one version of the file from another: a strong ETag, else its time."""
    tag = response.headers.get("ETag") or ""
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified") or ""


def _room_for(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size + SPARE > free:
        raise SerError(f"{folder}: {size:,} bytes to download and {free:,} free; make room")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _published_checksum(archive: Archive) -> str | None:
    """Return the checksum that Zenodo publishes of the file, or None and a note."""
    if archive.zenodo is not None:
        try:
            url = ZENODO.format(record=archive.zenodo)
            with _opener().open(Request(url, headers={"Accept": "application/json"})) as response:
                files = json.load(response)["files"]
            return next(each["checksum"] for each in files if each["key"] == archive.file)
        except (OSError, HTTPException, ValueError, KeyError, TypeError, StopIteration):
            pass  # the note below says so
    print(
        f"note: {archive.file}: no published checksum to hold it against; its length is checked",
        file=sys.stderr,
    )
    return None


def _verify(part: Path, checksum: str | None, url: str) -> None:
    kind, _, expected = (checksum or "sha256:").partition(":")
    with part.open("rb") as handle:
        found = hashlib.file_digest(handle, kind).hexdigest()
    if not expected:
        print(f"note: {part.stem}: sha256 is {found}", file=sys.stderr)
    elif found != expected.lower():
        part.unlink()
        raise SerError(
            f"{url}: {kind} is {found}, published as {expected}: damaged, or no longer the same "
            "file; removed. Fetch again; if it stays, look at the corpus' page"
        )


def _snapshot(hub: Hub, folder: Path) -> None:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError:
        raise SerError(
            f"{hub.repository} is on the Hugging Face hub, and huggingface_hub is not installed; "
            "say `make setup-models`, or download it yourself and give its folder to "
            "`ingest run --from cameo --sources FOLDER`"
        ) from None
    try:
        snapshot_download(
            hub.repository,
            repo_type="dataset",
            revision=hub.revision,
            local_dir=folder,
            allow_patterns=list(hub.patterns),
        )
    except (HfHubHTTPError, OSError) as error:
        raise SerError(
            f"{hub.repository}: the hub does not give it ({one_line(error)[:200]}); fetch again to "
            "go on"
        ) from None
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # its notes on the download


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Keep a second fetch of the same corpus out."""
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = (work / ".lock").open("a")
    except OSError as error:
        raise SerError(f"{work}: cannot be written ({error.strerror}); say --into FOLDER") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SerError(f"{work}: another fetch is at work here; wait for it") from None
        try:
            yield
        except OSError as error:
            raise SerError(
                f"{error.filename or work}: {error.strerror or error}; make room or check the "
                "disk, and fetch again to go on"
            ) from None


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(text)
    temporary.rename(path)
