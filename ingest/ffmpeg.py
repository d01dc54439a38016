"""Sound out of video files and other containers that libsndfile does not read.

`ffmpeg` is asked for the first audio track at its own rate. It gets no say in what to open: the
demuxer is chosen by the file's first bytes, so that a playlist under the name of a film cannot
make it read other files, and it may use no protocol but local files.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO

import numpy as np

from ingest.corpus import Problem
from ingest.spans import Span

SUFFIXES = frozenset((".mp4", ".m4a", ".mov", ".avi", ".flv", ".mkv", ".webm"))
"""Files that go to ffmpeg; all others are libsndfile's."""

TIMEOUT_S = 120.0
"""How long ffmpeg may take for any file."""

BYTES_PER_S = 5_000_000
"""A large file has the time that it takes to be read at this rate beside that."""

_TRUNCATED = Problem(
    "truncated", "the file breaks off before its announced end", "copy or download it again"
)
_ALLOC_BYTES = 512 * 2**20
_AU_HEADER = struct.Struct(">4s5I")


def demuxer(head: bytes) -> str | None:
    """Return ffmpeg's name of the container that begins with `head` (12 bytes or more)."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    return {b"FLV\x01": "flv", b"\x1aE\xdf\xa3": "matroska"}.get(head[:4])


def decode(
    path: Path, span: Span | None, max_seconds: float, max_samples: int
) -> tuple[np.ndarray, int, str] | Problem:
    """Return the samples (frames, channels) of the first audio track, their rate and the format.

    Args:
        path: the file.
        span: the part of it; None for all.
        max_seconds: bound on the length.
        max_samples: bound on frames × channels.
    """
    with path.open("rb") as handle:
        container = demuxer(handle.read(16))
    if container is None:
        return Problem("not_audio", "not the kind of file that its name says", "get the file again")
    if _cut_short(path, container):
        return _TRUNCATED
    executable = shutil.which("ffmpeg")
    if executable is None:
        return Problem(
            "ffmpeg_missing",
            f"a {path.suffix.lower()} file, whose sound only ffmpeg can read",
            "install ffmpeg (Debian: apt install ffmpeg) and ingest again",
        )
    with tempfile.TemporaryFile() as log:
        command = _command(executable, path, container, span, max_seconds)
        timeout_s = TIMEOUT_S + path.stat().st_size / BYTES_PER_S
        pcm, stopped = _run(command, log, timeout_s, 4 * max_samples)
        log.seek(0)
        said = log.read(1 << 16).decode("utf-8", "replace")
    return stopped or _read_au(pcm, container, said)


def _command(
    executable: str, path: Path, container: str, span: Span | None, max_seconds: float
) -> list[str]:
    # `file:` and an absolute path: no name is taken for an option or for another protocol.
    source = [
        *("-protocol_whitelist", "file,pipe", "-f", container, "-i", f"file:{path.absolute()}")
    ]
    # Before the input it seeks, and decodes from the last key frame to the exact sample.
    begin = ["-ss", f"{span.start_ms / 1000:.3f}"] if span else []
    length = span.seconds if span else max_seconds + 1
    return [
        *(executable, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info"),
        *("-max_alloc", str(_ALLOC_BYTES), "-threads", "1"),
        *(*begin, *source, "-t", f"{length:.3f}"),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1"),
        *("-c:a", "pcm_f32be", "-f", "au", "pipe:1"),
    ]


def _run(
    command: list[str], log: IO[bytes], timeout_s: float, max_bytes: int
) -> tuple[bytearray, Problem | None]:
    """Return what ffmpeg writes, and why it was stopped if it was."""
    pcm = bytearray()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
    ) as process:
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout_s, stop)
        timer.start()
        try:
            assert process.stdout is not None
            while block := process.stdout.read(1 << 20):
                pcm += block
                if len(pcm) > max_bytes + _AU_HEADER.size:
                    detail = f"more than {max_bytes // 4:,} samples in one file"
                    return pcm, Problem("too_long", detail, "cut it into its utterances")
        finally:
            timer.cancel()
            process.kill()
    if late.is_set():
        detail = f"ffmpeg did not come to an end with it in {timeout_s:.0f} s"
        return pcm, Problem("decoder_timeout", detail, "get the file again")
    return pcm, None


def _read_au(pcm: bytearray, container: str, said: str) -> tuple[np.ndarray, int, str] | Problem:
    """Return the samples in an AU stream of 32-bit floats."""
    # What ffmpeg says of an mp4 and of a Matroska file or WebM whose end is missing.
    if "partial file" in said or "File ended prematurely" in said:
        return _TRUNCATED
    if len(pcm) < _AU_HEADER.size or pcm[:4] != b".snd":
        return Problem("not_audio", f"no sound that ffmpeg reads ({_cause(said)})", "get it again")
    _, offset, _, _, rate, channels = _AU_HEADER.unpack_from(pcm)
    usable = (len(pcm) - offset) // (4 * channels) * channels if channels else 0
    # In place: a long film would not fit twice.
    samples = np.frombuffer(pcm, ">f4", max(usable, 0), min(offset, len(pcm)))
    samples = samples.byteswap(inplace=True).view("<f4")
    codec = re.search(r"Stream #0.*?: Audio: (\w+)", said)
    source_format = f"{container.upper()}/{codec[1] if codec else 'unknown'}"
    return samples.reshape(-1, max(channels, 1)), rate, source_format


def _cause(said: str) -> str:
    errors = re.findall(r"\[(?:error|fatal)\] (.*)", said)
    if not errors or "matches no streams" in errors[0]:
        return "it has no audio track"
    # The first says what was wrong, those after it what that led to.
    return errors[0].strip().rstrip(".")


def _cut_short(path: Path, container: str) -> bool:
    """Tell whether an AVI or FLV ends too early; of these ffmpeg takes what is there."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        if container == "avi":
            announced = struct.unpack("<I", handle.read(8)[4:])[0]
            return 0 < announced < 0x7FFF_0000 and size < 0.99 * announced
        if container == "flv" and size > 4:
            # The last four bytes are the length of the last tag, which says its own length, too.
            handle.seek(size - 4)
            last = struct.unpack(">I", handle.read(4))[0]
            if not 11 <= last <= size - 4:
                return True
            handle.seek(size - 4 - last + 1)
            return int.from_bytes(handle.read(3)) != last - 11
    return False
