"""Downloads from a server of the tests: broken, resumed, verified, unpacked, never trusted."""

import contextlib
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import ingest.fetch
from ingest.downloads import COLLECTIONS, DOWNLOADS, Archive, Hub, chosen_names
from ingest.fetch import fetch
from ingest.unpack import unpack
from tests.conftest import ROOT, python
from warehouse.errors import SerError

NOISE = random.Random(0).randbytes(300_000)


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return buffer.getvalue()


CORPUS = zipped(**{"wav/03a01Fa.wav": NOISE, "notes.txt": b"as published"})


@dataclass
class Server:
    """What the server gives, how it misbehaves, and what it was asked."""

    files: dict[str, bytes]
    url: str = ""
    break_after: list[int] = field(default_factory=list)
    """For the first requests: bytes after which the connection is cut."""
    fail_with: list[int] = field(default_factory=list)
    ranges: bool = True
    wrong_range: bool = False
    tag: str | None = '"1"'
    rest_s: float = 0.0
    """Seconds between megabytes."""
    asked: list[str | None] = field(default_factory=list)
    """The range of every request."""


@pytest.fixture
def server(monkeypatch):
    state = Server({"/corpus.zip": CORPUS})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers["Range"]
            state.asked.append(wanted)
            if state.fail_with:
                self.send_error(state.fail_with.pop(0))
                return
            if self.path not in state.files:
                self.send_error(404)
                return
            data = state.files[self.path]
            begin = int(re.match(r"bytes=(\d+)-", wanted)[1]) if wanted and state.ranges else 0
            if self.headers["If-Range"] not in (None, state.tag):
                begin = 0
            if begin and begin >= len(data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            said = begin - 7 if begin and state.wrong_range else begin
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header("Content-Range", f"bytes {said}-{len(data) - 1}/{len(data)}")
                state.wrong_range = False
            if state.tag:
                self.send_header("ETag", state.tag)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            body = data[begin:]
            if state.break_after:
                body = body[: state.break_after.pop(0)]
            with contextlib.suppress(OSError):
                for start in range(0, len(body), 1_000_000):
                    self.wfile.write(body[start : start + 1_000_000])
                    time.sleep(state.rest_s)

        def log_message(self, *_):
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{listener.server_port}"
    threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setattr(ingest.fetch, "WAIT_S", 0.01)
    yield state
    listener.shutdown()
    listener.server_close()


def archive(server, data=CORPUS, path="/corpus.zip", **facts):
    return Archive(server.url + path, f"md5:{hashlib.md5(data).hexdigest()}", **facts)


def below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_corpus_appears_whole_and_is_not_fetched_twice(server, tmp_path, capsys):
    folder = fetch("emodb", (archive(server),), tmp_path)
    assert below(folder) == {"wav/03a01Fa.wav": NOISE, "notes.txt": b"as published"}
    assert not list((tmp_path / ".fetch").rglob("*.zip*")), "what is unpacked is not kept twice"
    assert fetch("emodb", (archive(server),), tmp_path) == folder
    assert len(server.asked) == 1
    assert "is there already" in capsys.readouterr().out


def test_a_download_that_breaks_off_goes_on_where_it_stopped(server, tmp_path):
    server.break_after = [100_000, 0, 50_000]
    folder = fetch("emodb", (archive(server),), tmp_path)
    assert below(folder)["wav/03a01Fa.wav"] == NOISE
    assert server.asked == [None, "bytes=100000-", "bytes=100000-", "bytes=150000-"]


def test_a_job_that_was_killed_goes_on_where_it_stopped(server, tmp_path):
    work = tmp_path / ".fetch" / "emodb"
    work.mkdir(parents=True)
    (work / "corpus.zip.part").write_bytes(CORPUS[:120_000])
    (work / "corpus.zip.part.validator").write_text('"1"')
    (work / "unpacked" / "half").mkdir(parents=True)
    assert set(below(fetch("emodb", (archive(server),), tmp_path))) == {
        "wav/03a01Fa.wav",
        "notes.txt",
    }
    assert server.asked == ["bytes=120000-"]


def test_a_complete_part_is_not_downloaded_again(server, tmp_path):
    work = tmp_path / ".fetch" / "emodb"
    work.mkdir(parents=True)
    (work / "corpus.zip.part").write_bytes(CORPUS)
    fetch("emodb", (archive(server),), tmp_path)
    assert server.asked == [f"bytes={len(CORPUS)}-"]


@pytest.mark.parametrize("how", ["changed", "no ranges", "another piece", "too long"])
def test_a_part_that_cannot_be_continued_is_begun_again(server, tmp_path, how):
    work = tmp_path / ".fetch" / "emodb"
    work.mkdir(parents=True)
    (work / "corpus.zip.part").write_bytes(b"x" * (10 * len(CORPUS) if how == "too long" else 99))
    (work / "corpus.zip.part.validator").write_text('"0"' if how == "changed" else '"1"')
    server.ranges = how != "no ranges"
    server.wrong_range = how == "another piece"
    assert "notes.txt" in below(fetch("emodb", (archive(server),), tmp_path))


def test_without_validator_or_checksum_nothing_is_joined_and_it_ends(server, tmp_path):
    server.tag = None
    server.break_after = [90_000, 80_000, 90_000, 80_000, 90_000, 80_000, 90_000]
    with pytest.raises(SerError, match="the connection broke off, 5 times in a row"):
        fetch("emodb", (Archive(server.url + "/corpus.zip"),), tmp_path)
    assert set(server.asked) == {None}
    server.break_after = []
    assert "notes.txt" in below(fetch("emodb", (Archive(server.url + "/corpus.zip"),), tmp_path))


def test_a_wrong_checksum_leaves_nothing_behind(server, tmp_path):
    with pytest.raises(SerError, match=r"md5 is \w+, published as \w+: damaged") as caught:
        fetch("emodb", (archive(server, b"something else"),), tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "emodb").exists()
    assert not list((tmp_path / ".fetch").rglob("*.part"))


@pytest.mark.parametrize(
    ("codes", "path", "complaint"),
    [
        ([], "/gone.zip", "the server says 404"),
        ([503] * 5, "/corpus.zip", "the server says 503 Service Unavailable, 5 times in a row"),
    ],
)
def test_a_server_that_refuses_is_quoted(server, tmp_path, codes, path, complaint):
    server.fail_with = list(codes)
    with pytest.raises(SerError, match=complaint):
        fetch("emodb", (Archive(server.url + path),), tmp_path)
    assert not (tmp_path / "emodb").exists()


def test_a_server_that_recovers_is_forgiven(server, tmp_path):
    server.fail_with = [503, 429]
    assert "notes.txt" in below(fetch("emodb", (archive(server),), tmp_path))


def test_no_other_scheme_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(ingest.fetch, "WAIT_S", 0.0)
    (tmp_path / "secret.zip").write_bytes(CORPUS)
    for scheme in ("file", "ftp"):
        with pytest.raises(SerError, match="unknown url type"):
            fetch("emodb", (Archive(f"{scheme}://{tmp_path}/secret.zip"),), tmp_path / "into")


def test_a_page_in_place_of_an_archive_is_recognised(server, tmp_path):
    server.files["/corpus.zip"] = b"<html>Please sign in</html>"
    with pytest.raises(SerError, match="neither a zip nor a tar archive"):
        fetch("emodb", (Archive(server.url + "/corpus.zip"),), tmp_path)
    assert not (tmp_path / "emodb").exists()


def test_the_publishers_record_is_asked_for_the_checksum(server, tmp_path, monkeypatch):
    monkeypatch.setattr(ingest.fetch, "ZENODO", f"{server.url}/records/{{record}}")
    record = {"files": [{"key": "corpus.zip", "checksum": "md5:" + 32 * "0"}]}
    server.files["/records/7"] = json.dumps(record).encode()
    with pytest.raises(SerError, match="published as 000"):
        fetch("emodb", (Archive(server.url + "/corpus.zip", zenodo=7),), tmp_path)


def test_a_folder_that_someone_made_is_not_touched(server, tmp_path):
    (tmp_path / "emodb").mkdir()
    with pytest.raises(SerError, match="is there already and was not fetched"):
        fetch("emodb", (archive(server),), tmp_path)
    assert server.asked == []


def test_tables_beside_archives_and_archives_in_archives(server, tmp_path):
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as pack:
        info = tarfile.TarInfo("train/a.mp4")
        info.size = 4
        pack.addfile(info, io.BytesIO(b"clip"))
    server.files["/outer.tar.gz"] = outer = _tar({"raw/train.tar.gz": inner.getvalue()})
    server.files["/labels.csv"] = table = b"a,b\n"
    parts = (
        archive(server, outer, "/outer.tar.gz", inner=("raw/train.tar.gz",)),
        archive(server, table, "/labels.csv"),
    )
    assert below(fetch("meld", parts, tmp_path)) == {
        "raw/train/a.mp4": b"clip",
        "labels.csv": table,
    }


def _tar(files, extra=()):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as pack:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            pack.addfile(info, io.BytesIO(data))
        for info in extra:
            pack.addfile(info)
    return buffer.getvalue()


def test_killed_while_it_downloads_it_goes_on(server, tmp_path):
    server.files["/corpus.zip"] = big = zipped(**{"a.wav": random.Random(1).randbytes(30_000_000)})
    job = (
        "import sys; from pathlib import Path; from ingest.fetch import fetch;"
        "from ingest.downloads import Archive;"
        "fetch('emodb', (Archive(sys.argv[1], sys.argv[2]),), Path(sys.argv[3]))"
    )
    known = archive(server, big)
    command = [sys.executable, "-c", job, known.url, known.checksum, str(tmp_path / "into")]
    server.rest_s = 0.02  # else a fast machine has it before the kill
    part = tmp_path / "into" / ".fetch" / "emodb" / "corpus.zip.part"
    met = 0
    for _ in range(4):
        before = part.stat().st_size if part.exists() else 0
        running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        while running.poll() is None and (not part.exists() or part.stat().st_size == before):
            time.sleep(0.001)
        met += running.poll() is None
        running.kill()
        running.wait()
    assert met, "no kill met the job at work"
    server.rest_s = 0.0
    folder = fetch("emodb", (known,), tmp_path / "into")
    assert hashlib.sha256((folder / "a.wav").read_bytes()).digest() == (
        hashlib.sha256(random.Random(1).randbytes(30_000_000)).digest()
    )


# Unpacking -----------------------------------------------------------------------------------


def everything_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def write_evil_zip(path):
    names = [
        "../up.wav",
        "/abs.wav",
        "a/../../up.wav",
        "..\\win.wav",
        "C:\\win.wav",
        "",
        "a/./ok.wav",
    ]
    with zipfile.ZipFile(path, "w") as pack:
        for name in names:
            pack.writestr(zipfile.ZipInfo(name), b"evil")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        pack.writestr(link, "/etc")
        pack.writestr("link/through.wav", b"evil")
        pack.writestr("good.wav", b"good")
        pack.writestr("folder\\windows.wav", b"good")
        pack.writestr("x" * 300 + ".wav", b"too long a name")
        with pytest.warns(UserWarning, match="Duplicate name"):
            pack.writestr("good.wav", b"second")
        pack.writestr("two\nlines 😀.wav", b"odd, but a name")


def write_evil_tar(path):
    extra = []
    for name, kind, target in (
        ("link", tarfile.SYMTYPE, "/etc"),
        ("hard", tarfile.LNKTYPE, "../../outside"),
        ("pipe", tarfile.FIFOTYPE, ""),
        ("null", tarfile.CHRTYPE, ""),
    ):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        extra.append(info)
    files = {"../up.wav": b"evil", "/abs.wav": b"evil", "a/../../up.wav": b"evil"}
    files |= {"good.wav": b"good", "two\nlines 😀.wav": b"odd"}
    path.write_bytes(_tar(files, extra))


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_nothing_is_written_outside_the_folder_and_no_link_is_made(tmp_path, kind):
    evil = tmp_path / f"evil.{kind}"
    write_evil_zip(evil) if kind == "zip" else write_evil_tar(evil)
    before = everything_in(tmp_path)
    out = unpack(evil, tmp_path / "deep" / "into")
    outside = [p for p in everything_in(tmp_path) if not p.startswith("deep")]
    assert outside == before
    found = everything_in(tmp_path / "deep" / "into")
    assert not any(path.is_symlink() for path in (tmp_path / "deep").rglob("*"))
    assert {"good.wav", "two\nlines 😀.wav"} <= set(found)
    assert (tmp_path / "deep" / "into" / "good.wav").read_bytes() == b"good"
    assert out.files == len([p for p in (tmp_path / "deep" / "into").rglob("*") if p.is_file()])
    assert len(out.left_out) == (9 if kind == "zip" else 7)
    assert all(len(line.splitlines()) == 1 for line in out.left_out)


def test_a_zip_bomb_is_stopped_early(tmp_path):
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as pack,
        pack.open("zeros.wav", "w", force_zip64=True) as handle,
    ):
        for _ in range(300):
            handle.write(bytes(2**20))
    with pytest.raises(SerError, match="a zip bomb; not unpacked"):
        unpack(bomb, tmp_path / "into")
    assert sum(len(data) for data in below(tmp_path / "into").values()) < 80 * 2**20


def test_a_zip_that_lies_about_its_sizes_is_still_counted(tmp_path):
    """The table of the archive says 10 bytes; 300 MB come out, or an error, but not the 300 MB."""
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped(**{"zeros.wav": bytes(300 * 2**20)}))
    data = bytearray(bomb.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(signature)
        data[at + offset : at + offset + 4] = (10).to_bytes(4, "little")
    bomb.write_bytes(data)
    with contextlib.suppress(SerError):
        unpack(bomb, tmp_path / "into")
    assert sum(len(found) for found in below(tmp_path / "into").values()) < 80 * 2**20


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.unpack.MAX_ENTRIES", 10)
    (tmp_path / "many.zip").write_bytes(zipped(**{f"{n}.wav": b"" for n in range(11)}))
    with pytest.raises(SerError, match="more than 10 entries"):
        unpack(tmp_path / "many.zip", tmp_path / "into")


def test_what_does_not_fit_on_the_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.unpack.SPARE", 10**15)
    (tmp_path / "some.zip").write_bytes(CORPUS)
    with pytest.raises(SerError, match="bytes that are free"):
        unpack(tmp_path / "some.zip", tmp_path / "into")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_damaged_archive_is_one_line_whatever_is_damaged(tmp_path, kind):
    whole = CORPUS if kind == "zip" else _tar({"a.wav": NOISE, "b.wav": NOISE})
    luck = random.Random(kind)
    for turn in range(120):
        data = bytearray(whole)
        if turn % 3:
            for _ in range(luck.choice((1, 3, 30))):
                data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
        else:
            del data[luck.randrange(len(data)) :]
        path = tmp_path / f"{turn}.{kind}"
        path.write_bytes(data)
        before = everything_in(tmp_path)
        try:
            unpack(path, tmp_path / "into" / str(turn))
        except SerError as error:
            assert len(str(error).splitlines()) == 1
        assert [p for p in everything_in(tmp_path) if not p.startswith("into")] == [
            p for p in before if not p.startswith("into")
        ]


# The command ---------------------------------------------------------------------------------


def test_a_corpus_under_an_agreement_is_explained_with_an_exit_code_of_its_own(tmp_path):
    done = python(tmp_path, "-m", "ingest", "fetch", "TESS")
    assert done.returncode == 3
    assert "Get it from https://doi.org/10.5683/SP2/E8H2MF" in done.stdout
    assert "licence: CC BY-NC-ND 4.0" in done.stdout
    assert not (tmp_path / "sources").exists()


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    done = python(tmp_path, "-m", "ingest", "fetch", "ravdes")
    assert done.returncode == 1
    assert done.stderr == "error: unknown corpus 'ravdes': did you mean ravdess?\n"


HUB = """
import errno
class errors: pass
def snapshot_download(repository, repo_type, revision, local_dir, allow_patterns):
    assert (repository, repo_type, len(revision)) == ("amu-cai/CAMEO", "dataset", 40)
    (local_dir / "data").mkdir(parents=True)
    (local_dir / ".cache").mkdir()
    (local_dir / "data" / "cafe-00000-of-00001.parquet").write_bytes(b"PAR1")
"""


def test_a_snapshot_of_the_hub_comes_at_its_pinned_revision(tmp_path):
    package = tmp_path / "stub" / "huggingface_hub"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(HUB)
    (package / "errors.py").write_text("class HfHubHTTPError(OSError): pass\n")
    done = python(
        tmp_path / "data", "-m", "ingest", "fetch", "cameo", PYTHONPATH=str(tmp_path / "stub")
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "data" / "sources" / "cameo"
    assert everything_in(folder) == ["data", "data/cafe-00000-of-00001.parquet"]
    assert f"make ingest FROM=cameo SOURCES={folder}" in done.stdout


def test_without_the_hub_library_a_line_says_what_to_do(tmp_path):
    (tmp_path / "huggingface_hub.py").write_text("raise ImportError\n")
    done = python(tmp_path / "data", "-m", "ingest", "fetch", "cameo", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "huggingface_hub is not installed; say `make setup-models`" in done.stderr


def test_every_download_is_addressed_completely():
    for name, what in DOWNLOADS.items():
        assert chosen_names([name]) == [name]
        if isinstance(what, Hub):
            assert re.fullmatch(r"[0-9a-f]{40}", what.revision)
            assert name in COLLECTIONS
            continue
        files = [each.file for each in what]
        assert len(files) == len(set(files)), "files of one corpus are downloaded side by side"
        for each in what:
            assert re.fullmatch(r"https?://[^ ]+/[^/ ]+\.[a-z]+", each.url)
            lengths = {"md5": 32, "sha256": 64}
            if each.checksum:
                kind, _, digits = each.checksum.partition(":")
                assert re.fullmatch(rf"[0-9a-f]{{{lengths[kind]}}}", digits)
