"""A recording that is cut into clips, interrupted anywhere, ends as if it never had been."""

import numpy as np
import soundfile as sf

from tests.conftest import kill_at_random, parquet_rows, python, succeed

CLIPS = "original_path, emotion, pcm_sha256, source_sha256, file_id, ratings_sha256"
SEGMENTS = 1600
INGEST = """
import ingest.pipeline
ingest.pipeline.PART_ROWS = 64
from ingest.__main__ import main
from warehouse.errors import run_command
run_command(main)
"""


def test_killed_anywhere_and_resumed_no_clip_and_no_rating_is_lost_or_doubled(tmp_path):
    folder = tmp_path / "sources" / "modulate-stream"
    folder.mkdir(parents=True)
    noise = np.random.default_rng(0).integers(-9000, 9000, SEGMENTS * 1600, np.int16)
    sf.write(folder / "long.flac", noise, 16_000)
    rows = [
        f"long.flac,{('anger', 'fear')[n % 2]},{n / 10},{(n + 1) / 10},{n % 7},1"
        for n in range(SEGMENTS)
    ]
    head = "path,label,start,end,rating_valence,rating_dominance"
    (folder / "manifest.csv").write_text("\n".join((head, *rows)) + "\n")
    arguments = ("run", "--sources", str(folder.parent), "--workers", "2")

    whole, killed = tmp_path / "whole", tmp_path / "killed"
    succeed(python(whole, "-m", "ingest", *arguments))
    kill_at_random(INGEST, arguments, killed, "utterances", times=4)
    done = succeed(python(killed, "-m", "ingest", *arguments))
    assert "0 files rejected" in done.stdout

    expected = parquet_rows(whole, "utterances", CLIPS)
    assert len(expected) == SEGMENTS
    assert parquet_rows(killed, "utterances", CLIPS) == expected
    # A kill between the two writes leaves ratings without a clip, and both are written again: the
    # staging model takes each once.
    distinct = "distinct file_id, rating, value, ratings_sha256"
    assert parquet_rows(killed, "ratings", distinct) == parquet_rows(whole, "ratings", distinct)
    assert len(parquet_rows(whole, "ratings", distinct)) == 2 * SEGMENTS
