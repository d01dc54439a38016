"""From files to findings: what audit and duplicates say of made-up files; the acoustics job."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile as sf

from ingest import acoustics
from ingest.acoustics import Group, groups, measure_group
from speech.acoustics import ACOUSTICS_VERSION, cues
from tests.conftest import parquet_rows, python, succeed, write_emodb, write_tone
from tests.trust import ask, ingest, marts
from warehouse.store import Store


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory) -> Path:
    """Made-up files under EmoDB's names, six of them with something wrong; the database."""
    root = tmp_path_factory.mktemp("synthetic")
    wav = write_emodb(root / "sources", 20) / "emodb" / "wav"
    first, second, third = sorted(wav.iterdir())[:3]
    shutil.copyfile(first, wav / "03b10Wz.wav")  # anger
    shutil.copyfile(first, wav / "03b10Tz.wav")  # the same as sadness
    write_tone(wav / "03b09Wz.wav", seconds=0.2, rate=22_050)
    (wav / "03b09Tz.wav").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(32_000) / 16_000)
    sf.write(second, tone, 16_000)
    sf.write(third, np.minimum(tone, 0.1) + 0.01, 16_000)
    ingest(root / "sources", root / "warehouse")
    return marts(root / "warehouse")


def test_every_planted_fault_is_a_row_of_the_audit(synthetic):
    rows = ask(
        synthetic,
        "select what, subject, found, severity from corpus_audit where is_here and topic in "
        "('counts', 'lengths', 'rejects', 'quality', 'duplicates') and dataset = 'EmoDB'",
    )
    found = {(what, subject): (count, severity) for what, subject, count, severity in rows}
    assert found[("clips", "the corpus")] == (22, "warning")
    assert found[("rejected files", "altered_copy")] == (1, "error")
    assert found[("rejected files", "git_lfs_pointer")] == (1, "error")
    assert found[("clips that are no speech", "recordings")][1] == "error"
    assert found[("clipped clips", "recordings")] == (1, "warning")
    assert found[("clips with a DC offset", "recordings")] == (1, "info")
    assert found[("share of clips of one length", "0.200 s")][1] == "error"
    equal = "equal audio under two names, with different labels"
    assert found[(equal, "pairs")][1] == "error"


def test_equal_audio_with_two_labels_is_named_with_both(synthetic):
    pairs = ask(
        synthetic,
        "select kind, other_original_path, emotion, other_emotion, labels_differ from duplicates "
        "where other_original_path like '%z.wav' or original_path like '%z.wav' order by all",
    )
    assert len(pairs) == 2
    assert {kind for kind, *_ in pairs} == {"equal"}
    assert any(differ for *_, differ in pairs)


def test_a_document_that_disagrees_is_named_for_corpora_that_are_not_here(synthetic):
    rows = ask(
        synthetic,
        "select dataset, expected, found from corpus_audit "
        "where not is_here and what = 'published: two documents: clips' order by dataset",
    )
    # CAMEO's Table 1 against EmoBox's, as the papers print them.
    assert rows == [
        ("EMNS", 1205, 1181),
        ("Oréau", 502, 434),
        ("PAVOQUE", 5442, 7334),
        ("eNTERFACE", 1257, 1263),
    ]


# ---------------------------------------------------------------- the job


def test_cues_are_stored_once_per_clip_and_equal_to_those_of_the_stored_samples(tmp_path):
    sources, warehouse = write_emodb(tmp_path / "sources", 6), tmp_path / "warehouse"
    ingest(sources, warehouse)
    stored = parquet_rows(warehouse, "acoustics", "file_id, rate, centroid, acoustics_version")
    assert len(stored) == 6
    part = next((warehouse / "utterances" / "emodb").glob("part-*"))
    row = pq.read_table(part).to_pylist()[0]
    samples, _ = sf.read(io.BytesIO(row["audio"]["bytes"]), dtype="float32")
    expected = cues(samples)
    assert (row["file_id"], expected.rate, expected.centroid, ACOUSTICS_VERSION) in stored
    again = succeed(python(warehouse, "-m", "ingest", "acoustics"))
    assert "0 clips measured, 6 already there, 0 failed" in again.stdout
    assert len(parquet_rows(warehouse, "acoustics", "file_id")) == 6

    # A new clip is measured, and the others are not measured again.
    write_tone(sources / "emodb" / "wav" / "16b10Tz.wav", seconds=0.3)
    succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))
    more = succeed(python(warehouse, "-m", "ingest", "acoustics"))
    assert "1 clips measured, 6 already there" in more.stdout


def test_an_older_version_is_measured_again_and_a_damaged_clip_costs_only_itself(
    tmp_path, monkeypatch
):
    sources, warehouse = write_emodb(tmp_path / "sources", 4), tmp_path / "warehouse"
    ingest(sources, warehouse)
    store = Store(warehouse)
    ids = {row[0] for row in parquet_rows(warehouse, "utterances", "file_id")}
    assert sum(len(group.file_ids) for group in groups(store, ids)) == 4

    class Inline:
        """One process, so that the test's version of the front end is the one that runs."""

        def map(self, items):
            return [(item, measure_group(item)) for item in items]

    monkeypatch.setattr(acoustics, "ACOUSTICS_VERSION", "next")
    assert acoustics.measure_all(store, Inline()).stored == 4
    assert acoustics.measure_all(store, Inline()).known == 4

    part = next((warehouse / "utterances" / "emodb").glob("part-*"))
    table = pq.read_table(part)
    rows = table.to_pylist()
    rows[1]["audio"]["bytes"] = b"fLaC" + bytes(50)
    pq.write_table(type(table).from_pylist(rows, table.schema), part)
    measured = measure_group(Group(str(part), 0, frozenset(ids)))
    assert len(measured.rows) == 3
    assert len(measured.failures) == 1 and rows[1]["original_path"] in measured.failures[0]
