"""From files to findings: real clips with what is known of them, and tampered ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import soundfile as sf
import soxr

from tests.conftest import shared
from tests.trust import ask, ingest, marts


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    """Real clips with what is known to be wrong with them, and tampered ones at the right rate."""
    corpora, root = shared("corpora"), tmp_path_factory.mktemp("real")
    sources = root / "sources"
    for path in sorted((corpora / "tampered" / "ravdess").glob("*.wav")):
        samples, rate = sf.read(path)
        target = sources / "ravdess" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        sf.write(target, soxr.resample(samples, rate, 48_000), 48_000)
    for path in sorted((corpora / "tampered" / "emodb").rglob("*.wav")):
        samples, rate = sf.read(path)
        target = sources / "emodb" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        sf.write(target, soxr.resample(samples, rate, 16_000), 16_000)
    for pattern in ("ravdess/**/Actor_07/*.wav", "emovo/f3/*.wav", "urdu/Happy/*.wav"):
        for path in corpora.glob(pattern):
            target = sources / path.relative_to(corpora)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    ingest(sources, root / "warehouse")
    return marts(root / "warehouse")


def test_altered_copies_are_found_although_their_rate_was_put_right(real):
    rows = ask(
        real,
        "select dataset, what, found from corpus_audit where is_here and severity = 'error' "
        "and topic in ('lengths', 'quality') order by all",
    )
    assert rows == [
        ("EmoDB", "share of clips of one length", 1.0),
        ("RAVDESS", "clips that are no speech", 3.0),
    ]


def test_audio_that_is_there_twice_is_found_and_nothing_else(real):
    rows = ask(
        real,
        "select kind, dataset, original_path, other_original_path, round(offset_s, 2), "
        "round(shared_s, 1) from duplicates order by dataset",
    )
    names = [
        (kind, dataset, one.rpartition("/")[2], other.rpartition("/")[2], *rest)
        for kind, dataset, one, other, *rest in rows
    ]
    pair = ("03-01-03-01-02-01-07.wav", "03-01-03-01-02-02-07.wav")
    assert names == [
        ("cut out", "EMOVO", "tri-f3-n2.wav", "tri-f3-n1.wav", 0.11, 2.3),
        ("equal", "RAVDESS", *pair, 0.0, 3.4),
        ("overlap", "URDU", "SM6_F8_H070.wav", "SM6_F9_H071.wav", 2.0, 1.0),
    ]
