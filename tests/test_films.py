"""Sound out of films, and what happens to a film that is broken or cannot be read here."""

import io
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from ingest import audio, ffmpeg
from ingest.audio import file_sha256, normalise, normalise_part
from ingest.corpus import Problem
from ingest.spans import Span
from tests.conftest import parquet_rows, python, shared, succeed, write_tone

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg is not installed on this machine"
)


def ingest(warehouse, sources, *arguments, **environment):
    command = ("-m", "ingest", "run", "--sources", str(sources), *arguments)
    return python(warehouse, *command, **environment)


def clips(warehouse, columns):
    return parquet_rows(warehouse, "utterances", columns)


def reasons(warehouse):
    return dict(parquet_rows(warehouse, "rejects", "original_path, reason"))


def film(path: Path, sound: Path, *codec: str) -> Path:
    """Write a film of nothing with `sound`, in the container that the suffix of `path` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = () if path.suffix == ".m4a" else ("-f", "lavfi", "-i", "color=s=16x16:d=2:r=5")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *picture, "-i", str(sound), "-shortest", *codec, str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    return path


LOSSLESS = {".avi": ("-c:a", "pcm_s16le"), ".mkv": ("-c:a", "flac"), ".mov": ("-c:a", "pcm_s16le")}


@needs_ffmpeg
@pytest.mark.parametrize("suffix", sorted(LOSSLESS))
def test_the_sound_of_a_film_is_the_sound_that_was_put_in(tmp_path, suffix):
    sound = write_tone(tmp_path / "tone.wav", seconds=1.5, rate=48_000)
    path = film(tmp_path / f"a{suffix}", sound, *LOSSLESS[suffix])
    found = normalise_part(path, None, file_sha256(path), "mean")
    assert found.pcm_sha256 == normalise(sound.read_bytes(), "mean").pcm_sha256
    assert (found.source_rate_hz, found.source_channels) == (48_000, 1)
    part = normalise_part(path, Span(500, 1250), file_sha256(path), "mean")
    expected = normalise_part(sound, Span(500, 1250), "", "mean")
    assert part.pcm_sha256 == expected.pcm_sha256


def rms(samples):
    return float(np.sqrt(np.mean(samples**2)))


@needs_ffmpeg
@pytest.mark.parametrize(
    ("suffix", "codec", "source_format"),
    [
        (".mp4", ("-c:a", "aac"), "MOV/aac"),
        (".m4a", ("-c:a", "aac"), "MOV/aac"),
        (".flv", ("-c:a", "aac"), "FLV/aac"),
        (".webm", ("-c:a", "libopus", "-c:v", "libvpx"), "MATROSKA/opus"),
    ],
)
def test_lossy_films_keep_length_and_level(tmp_path, suffix, codec, source_format):
    sound = write_tone(tmp_path / "tone.wav", seconds=1.5, rate=48_000)
    path = film(tmp_path / f"a{suffix}", sound, *codec)
    found = normalise_part(path, None, file_sha256(path), "mean")
    assert found.source_format == source_format
    assert found.frames == pytest.approx(24_000, abs=3000)  # coders add to the ends
    heard, _ = sf.read(io.BytesIO(found.flac))
    assert rms(heard) == pytest.approx(rms(sf.read(sound)[0]), rel=0.1)


@needs_ffmpeg
def test_names_that_look_like_options_protocols_or_patterns_are_only_names(tmp_path):
    sound = write_tone(tmp_path / "tone.wav", seconds=0.5)
    original = film(tmp_path / "a.avi", sound, *LOSSLESS[".avi"])
    expected = normalise(sound.read_bytes(), "mean").pcm_sha256
    for name in ("-i.avi", "http:x.avi", "a%03d.avi", "concat:a|b.avi", "neue\nZeile 🙂.avi"):
        path = tmp_path / "names" / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(original, path)
        assert normalise_part(path, None, "", "mean").pcm_sha256 == expected, name


def test_a_playlist_under_the_name_of_a_film_opens_nothing(tmp_path):
    secret = write_tone(tmp_path / "secret.wav")
    for text in (f"ffconcat version 1.0\nfile '{secret}'\n", f"#EXTM3U\n#EXTINF:1,\n{secret}\n"):
        path = tmp_path / "a.mp4"
        path.write_text(text)
        problem = normalise_part(path, None, "", "mean")
        assert problem.reason == "not_audio"


@needs_ffmpeg
def test_broken_films_are_problems(tmp_path):
    sound = write_tone(tmp_path / "tone.wav", seconds=2, rate=48_000)
    avi = film(tmp_path / "a.avi", sound, *LOSSLESS[".avi"]).read_bytes()
    mp4 = film(tmp_path / "a.mp4", sound, "-c:a", "aac").read_bytes()
    early = film(tmp_path / "b.mp4", sound, "-c:a", "aac", "-movflags", "+faststart").read_bytes()
    flv = film(tmp_path / "a.flv", sound, "-c:a", "aac").read_bytes()
    opus = ("-c:a", "libopus", "-c:v", "libvpx")
    webm = film(tmp_path / "a.webm", sound, *opus).read_bytes()
    silent = tmp_path / "silent.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=16x16:d=1:r=5", str(silent)],
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    cases = {
        "cut.avi": (avi[: len(avi) // 2], "truncated"),
        "cut.mp4": (mp4[: len(mp4) // 2], "not_audio"),  # its index was at the end
        "cut too.mp4": (early[: len(early) // 2], "truncated"),
        "cut.flv": (flv[: len(flv) // 2], "truncated"),
        "cut.webm": (webm[: len(webm) // 2], "truncated"),
        "head.avi": (avi[:16], "truncated"),
        "head.flv": (flv[:13], "truncated"),
        "empty.mp4": (b"", "empty_file"),
        "pointer.mp4": (b"version https://git-lfs.github.com/spec/v1\noid 0\n", "git_lfs_pointer"),
        "text.avi": (b"this is text", "not_audio"),
        "silent.mp4": (silent.read_bytes(), "not_audio"),
    }
    for name, (data, reason) in cases.items():
        path = tmp_path / "broken" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        problem = normalise_part(path, None, "", "mean")
        assert isinstance(problem, Problem), name
        assert problem.reason == reason, (name, problem)
    assert "no audio track" in normalise_part(silent, None, "", "mean").detail


@needs_ffmpeg
def test_a_film_that_never_ends_is_stopped(tmp_path, monkeypatch):
    path = film(tmp_path / "a.avi", write_tone(tmp_path / "t.wav", 2), *LOSSLESS[".avi"])
    monkeypatch.setattr(audio, "MAX_SAMPLES", 1000)
    assert normalise_part(path, None, "", "mean").reason == "too_long"
    monkeypatch.setattr(audio, "MAX_SAMPLES", 10**9)
    slow = tmp_path / "bin" / "ffmpeg"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(ffmpeg, "TIMEOUT_S", 0.3)
    problem = normalise_part(path, None, "", "mean")
    assert problem.reason == "decoder_timeout"


@needs_ffmpeg
def test_without_ffmpeg_a_film_is_a_reject_and_with_it_a_clip_that_stays(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "enterface" / "subject 1"
    sound = write_tone(tmp_path / "tone.wav", seconds=1, rate=48_000)
    path = film(folder / "anger" / "sentence 1" / "s1_an_1.avi", sound, *LOSSLESS[".avi"])
    without = {"PATH": str(Path(sys.executable).parent)}
    done = ingest(warehouse, sources, **without)
    assert "install ffmpeg" in done.stderr
    assert list(reasons(warehouse).values()) == ["ffmpeg_missing"]
    succeed(ingest(warehouse, sources))
    assert clips(warehouse, "original_path, emotion") == [
        ("subject 1/anger/sentence 1/s1_an_1.avi", "anger")
    ]
    with path.open("ab") as file:  # another file now, and nothing to look at it with
        file.write(b"\0" * 8)
    kept = succeed(ingest(warehouse, sources, **without))
    assert "1 clips stay as they are stored" in kept.stderr


@needs_ffmpeg
def test_the_films_of_crema_d_are_read(tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "crema-d").symlink_to(shared("corpora", "crema-d_sample"))
    succeed(ingest(tmp_path / "data", sources))
    found = clips(tmp_path / "data", "source_format, duration_s")
    assert Counter(kind for kind, _ in found) == {"FLV/mp3": 6, "MP3/MPEG_LAYER_III": 6}
    assert all(1.5 < seconds < 3 for _, seconds in found)
