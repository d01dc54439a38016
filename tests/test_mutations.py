"""2,000 damaged, mislabelled and misnamed audio files: each is a clip or a reject, and no more."""

import hashlib
import io
import os
import random
import struct
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests.conftest import parquet_rows, python, succeed
from warehouse.inventory import inventory
from warehouse.store import Store

FILES = 2000
FORMATS = (
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("WAV", "ULAW"),
    ("WAV", "MS_ADPCM"),
    ("RF64", "PCM_16"),
    ("W64", "PCM_16"),
    ("AIFF", "PCM_16"),
    ("AU", "PCM_16"),
    ("CAF", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
)


def sounds(luck):
    """Yield whole files of every format, mono and stereo."""
    noise = np.random.default_rng(luck.randrange(2**32))
    found = []
    for container, subtype in FORMATS:
        for channels in (1, 2):
            buffer = io.BytesIO()
            samples = noise.normal(0, 0.1, (luck.randrange(3000, 9000), channels))
            sf.write(buffer, samples.clip(-1, 1), 16_000, subtype, format=container)
            found.append(buffer.getvalue())
    return found


def flip_bits(data, luck):
    data = bytearray(data)
    # Half of the time in the header, where it hurts.
    reach = 64 if luck.random() < 0.5 else len(data)
    for _ in range(luck.choice((1, 2, 8, 64))):
        data[luck.randrange(min(reach, len(data)))] ^= 1 << luck.randrange(8)
    return bytes(data)


def cut(data, luck):
    return data[: luck.choice((1, 4, 12, 44, luck.randrange(len(data)), len(data) - 1))]


def huge_claim(data, luck):
    """Write the largest numbers into four or two bytes of the header."""
    data = bytearray(data)
    where = luck.randrange(4, min(60, len(data) - 4))
    data[where : where + 4] = luck.choice(
        (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00")
    )
    return bytes(data)


def huge_flac(_, luck):
    """A FLAC that claims 2³⁶ − 1 samples, or a million channels' worth of one block."""
    buffer = io.BytesIO()
    sf.write(buffer, np.full(4000, 0.1), 16_000, "PCM_16", format="FLAC")
    data = bytearray(buffer.getvalue())
    data[21] |= 0x0F
    data[22:26] = luck.choice((b"\xff\xff\xff\xff", b"\x03\x6e\xe8\x00"))
    return bytes(data)


def huge_wav(_, luck):
    """A header alone that claims gigabytes, any rate and any number of channels."""
    rate = luck.choice((0, 1, 16_000, 2**31 - 1))
    channels = luck.choice((0, 1, 2, 255, 1024, 65_535))
    size = luck.choice((0, 2**31, 2**32 - 1))
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * 2) % 2**32, channels * 2 % 2**16, 16)
    return (
        b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", size) + bytes(luck.randrange(100))
    )  # fmt: skip


def wrong_header(data, luck):
    head = luck.choice((b"RIFF", b"fLaC", b"OggS", b"ID3\x04", b"FORM", b"PK\x03\x04", b"\x1f\x8b"))
    return head + data[luck.choice((0, len(head))) :]


def garbage(_, luck):
    return luck.choice((b"", b"\0" * 5000, luck.randbytes(5000), b"<html>sign in</html>"))


def joined(data, luck):
    return data[: luck.randrange(len(data))] + data[luck.randrange(len(data)) :]


def whole(data, _):
    return data


MUTATIONS = (
    (flip_bits, 6), (cut, 4), (huge_claim, 3), (huge_flac, 1), (huge_wav, 1),
    (wrong_header, 2), (garbage, 1), (joined, 2), (whole, 2),
)  # fmt: skip

FOLDERS = (
    "wav", "-rf", "two\nlines", "tab\there", "😀 cry", unicodedata.normalize("NFD", "Dégoût"),
    "quote'\"$(rm -rf .)`;&|", "%s{}\\x", "\u202eright to left", "a" * 255, " lead and trail ",
    "über/" + "b" * 200 + "/c", "con.wav", "..almost", "~",
)  # fmt: skip

STRANGE_NAMES = (
    "-version.wav", "new\nline.wav", "😀.wav", unicodedata.normalize("NFD", "é.wav"), ".wav.wav",
    "a" * 251 + ".wav", "no emotion.flac", "\u0000".replace("\0", "nul") + ".mp3", "#t=0,1.wav",
    "03a01Fa.wav.mp3", "\x07bell.wav", "*.wav", "%00.wav",
)  # fmt: skip


def write_all(folder, count):
    """Write `count` files below `folder`, each as its seed says."""
    luck = random.Random(20261121)
    originals = sounds(luck)
    mutations = [mutate for mutate, weight in MUTATIONS for _ in range(weight)]
    for number in range(count - len(STRANGE_NAMES)):
        mutate = luck.choice(mutations)
        data = mutate(luck.choice(originals), luck)
        place = folder / luck.choice(FOLDERS)
        place.mkdir(parents=True, exist_ok=True)
        emotion = luck.choice("WLEAFTN")
        name = f"{number % 90 + 10}{luck.choice('ab')}{number // 90 + 10}{emotion}a.wav"
        (place / name).write_bytes(data)
    for name in STRANGE_NAMES:
        (folder / name).write_bytes(luck.choice(originals))


def tree(folder):
    """Every file below `folder` with its hash, and every folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in names:
            data = Path(place, name).read_bytes()
            found[os.path.join(place, name)] = hashlib.sha256(data).hexdigest()  # noqa: PTH118
        for name in folders:
            found[os.path.join(place, name)] = "folder"  # noqa: PTH118
    return found


def parts(warehouse):
    return {path: kind for path, kind in tree(warehouse).items() if path.endswith(".parquet")}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    """The files, the warehouse that they went into, and the folder around both."""
    around = tmp_path_factory.mktemp("mutations")
    write_all(around / "sources" / "emodb", FILES)
    before = tree(around)
    done = succeed(
        python(around / "data", "-m", "ingest", "run", "--sources", str(around / "sources"))
    )
    return around, before, done


def test_every_file_is_a_clip_or_a_reject(ingested):
    around, before, done = ingested
    files = [path for path, kind in before.items() if kind != "folder"]
    assert len(files) == FILES
    known = inventory(Store(around / "data"), (), ("reason",))
    spelled = {
        unicodedata.normalize("NFC", os.path.relpath(path, around / "sources" / "emodb"))
        for path in files
    }
    # What is hidden (its name or a folder's begins with a dot) is left behind by systems.
    seen = {path for path in spelled if not path.startswith(".")}
    assert len(seen) > 0.9 * FILES
    assert {path for _, path in known} == seen
    clips = sum(entry.is_clip for entry in known.values())
    rejects = len(known) - clips
    assert f"{clips:,} clips stored, 0 already there, {rejects:,} files rejected" in done.stdout
    assert clips > FILES / 20, "the whole ones are clips"
    assert rejects > FILES / 3, "most are damaged"
    reasons = {entry.row["reason"] for entry in known.values() if not entry.is_clip}
    assert {"not_audio", "truncated", "altered_copy", "empty_file", "unknown_name"} <= reasons
    assert "decoder_crashed" not in reasons


def test_nothing_is_written_but_in_the_data_folder(ingested):
    around, before, _ = ingested
    data = f"{around / 'data'}"
    after = {path: kind for path, kind in tree(around).items() if not path.startswith(data)}
    assert after == before


def test_what_is_stored_is_sound(ingested):
    around, _, _ = ingested
    rows = parquet_rows(around / "data", "utterances", "audio, frames, pcm_sha256, duration_s")
    for audio, frames, pcm_sha256, duration_s in rows:
        samples, rate = sf.read(io.BytesIO(audio["bytes"]), dtype="int16")
        assert (rate, len(samples)) == (16_000, frames)
        assert hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest() == pcm_sha256
        assert 0.1 <= duration_s < 3600


def test_every_reject_has_its_line_and_a_second_run_changes_nothing(ingested):
    around, _, done = ingested
    for line in done.stderr.splitlines():
        assert "Traceback" not in line
        if line.startswith("rejected"):
            assert line.isprintable()
            assert line.count("; ") >= 1
    before = parts(around / "data")
    again = succeed(
        python(around / "data", "-m", "ingest", "run", "--sources", str(around / "sources"))
    )
    assert "ingest: 0 clips stored" in again.stdout
    assert parts(around / "data") == before
