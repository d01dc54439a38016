"""Files that are odd in ways that tools and people make them: a line each, and the rest goes on."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import parquet_rows, succeed
from tests.test_import import CLIP, FACTS, SET, bring, jsonl, stored_clips


@pytest.fixture
def rows(ingested):
    """Answers to three clips."""
    return [
        {"file_id": clip["file_id"], "raw_text": "anger"} | FACTS
        for clip in stored_clips(ingested)[:3]
    ]


def written(path, rows, encoding="utf-8"):
    """Write rows as tools do that escape everything; a text is a line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"raw_text": "half an emoji \ud83d"}, "raw_text holds half a character"),
        ({"prompt": "\udc00"}, "prompt holds half a character"),
        ({"labels": [{"label": "anger"}]}, "label '{'label': 'anger'}' is unknown"),
        ({"labels": "[[1]]"}, "label '[1]' is unknown"),
        ({"temperature": 10**400}, "it must be a number"),
        ({"seed": 2**63}, "seed is 9223372036854775808; it must be within"),
        ({"system": {"name": "theirs"}}, "system is {'name': 'theirs'}; it must be a text"),
        ({"output": "fear"}, "two values of raw_text; rename one column"),
    ],
)
def test_a_value_that_nothing_can_hold_costs_only_its_row(
    ingested, rows, tmp_path, change, complaint
):
    file = written(tmp_path / "a.jsonl", [rows[0], rows[1] | change, rows[2]])
    done = bring(ingested, file, "--rename", "output=raw_text")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {file}:2: ") and complaint in line
    kept = parquet_rows(ingested, "predictions", "file_id")
    assert kept == sorted((row["file_id"],) for row in (rows[0], rows[2]))


def test_a_line_of_brackets_costs_only_itself(ingested, rows, tmp_path):
    done = bring(ingested, written(tmp_path / "a.jsonl", [rows[0], "[" * 100_000, rows[2]]))
    assert "a.jsonl:2: no JSON" in done.stderr and len(done.stderr.splitlines()) == 1
    assert "2 answers stored" in done.stdout


def test_a_byte_order_mark_is_no_part_of_the_first_row(ingested, rows, tmp_path):
    succeed(bring(ingested, written(tmp_path / "a.jsonl", rows, "utf-8-sig")))
    assert len(parquet_rows(ingested, "predictions", "file_id")) == 3


def test_a_seed_is_stored_to_its_last_digit_and_zero_has_no_sign(ingested, rows, tmp_path):
    seed = 2**53 + 1
    changed = [
        row | {"seed": seed, "temperature": zero}
        for row, zero in zip(rows, (0, -0.0, "-0"), strict=True)
    ]
    succeed(bring(ingested, written(tmp_path / "a.jsonl", changed)))
    assert parquet_rows(ingested, "runs", "seed, clips") == [(seed, 3)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_two_columns_of_one_name_are_refused_for_one_would_be_lost(ingested, rows, tmp_path, kind):
    names, values = [*rows[0], "raw_text"], [*rows[0].values(), "fear"]
    file = tmp_path / f"a.{kind}"
    if kind == "csv":
        with file.open("w", newline="") as handle:
            csv.writer(handle).writerows([names, values])
    else:
        pq.write_table(pa.table([pa.array([value]) for value in values], names=names), file)
    done = bring(ingested, file)
    assert done.returncode == 1
    assert f"{file}: cannot be read (two columns are called raw_text)" in done.stderr


def test_columns_of_a_list_of_clips_that_mean_nothing_are_named(ingested, tmp_path):
    listed = jsonl(tmp_path / "c.jsonl", [CLIP | {"speaker": "s1"}])
    done = succeed(bring(ingested, "--clips", listed, *SET))
    assert done.stderr.splitlines() == ["note: columns that mean nothing here: speaker"]
