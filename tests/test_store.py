"""Parts are whole or absent, and damaged ones harm nobody."""

import os
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT, dbt, parquet_rows, python, succeed
from warehouse.errors import SerError
from warehouse.schema import TABLES
from warehouse.store import Store

ROW = {"run_id": "r", "file_id": "f", "labels": "a|b", "raw_text": "a"}


def test_what_is_appended_is_read_back_in_order_and_missing_columns_are_null(tmp_path):
    store = Store(tmp_path)
    store.append("predictions", [ROW, {**ROW, "file_id": "g"}], "r")
    store.append("predictions", [{**ROW, "file_id": "h"}], "r")
    table = store.read("predictions", ("file_id", "error"))
    assert table.to_pydict() == {"file_id": ["f", "g", "h"], "error": [None, None, None]}


def test_every_table_of_an_empty_store_can_be_queried(tmp_path):
    Store(tmp_path)
    for table, schema in TABLES.items():
        assert parquet_rows(tmp_path, table, "*") == []
        assert Store(tmp_path).read(table, schema.names).num_rows == 0


def test_a_half_written_part_is_set_aside_with_a_line_and_nothing_else_is_touched(tmp_path):
    store = Store(tmp_path)
    whole = store.append("predictions", [ROW] * 50, "r")
    half = whole.with_name("part-0-half.parquet")
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (whole.parent / "part-1-empty.parquet").touch()
    other = pa.table({"run_id": [1]})
    pq.write_table(other, whole.parent / "part-2-other.parquet")
    pq.write_table(pa.table({"x": ["r"]}), whole.parent / "part-3-foreign.parquet")
    lines = store.set_aside_unreadable()
    assert [line.partition(": ")[2].partition(";")[0].partition(" (P")[0] for line in lines] == [
        "not a whole Parquet file",
        "not a whole Parquet file",
        "not a part of this table (run_id is int64, not string)",
        "not a part of this table (no column run_id)",
    ]
    assert str(half) in "".join(lines)
    assert half.with_name(half.name + ".unreadable").stat().st_size > 0
    assert store.read("predictions", ("run_id",)).num_rows == 50
    assert store.set_aside_unreadable() == []


@pytest.mark.parametrize("module", ["ingest", "inference"])
def test_the_jobs_say_so_and_go_on(demo_copy, module):
    part = next((demo_copy / "utterances").rglob("part-*.parquet"))
    (part.parent / "part-9-half.parquet").write_bytes(part.read_bytes()[:5000])
    done = succeed(python(demo_copy, "-m", module, "run"))
    assert "part-9-half.parquet: not a whole Parquet file" in done.stderr


def test_plain_dbt_build_survives_a_half_written_part(demo_copy):
    part = next((demo_copy / "predictions").rglob("part-*.parquet"))
    (part.parent / "part-9-half.parquet").write_bytes(part.read_bytes()[:500])
    done = succeed(dbt(demo_copy, "run", "--select", "stg_predictions"))
    assert "part-9-half.parquet: not a whole Parquet file" in done.stderr + done.stdout


def test_what_a_lost_part_held_is_done_again(demo_copy):
    part = next((demo_copy / "predictions").rglob("part-*.parquet"))
    before = parquet_rows(demo_copy, "predictions", "run_id, file_id, raw_text")
    part.write_bytes(part.read_bytes()[:500])
    succeed(python(demo_copy, "-m", "inference", "run"))
    assert parquet_rows(demo_copy, "predictions", "run_id, file_id, raw_text") == before


WRITER = """
import sys
from pathlib import Path
from warehouse.store import Store
store = Store(Path(sys.argv[1]))
while True:
    row = {"run_id": "r", "file_id": "f" * 1000, "labels": "a", "raw_text": "b"}
    store.append("predictions", [row] * 500, "r")
"""


def test_a_writer_that_is_killed_leaves_only_whole_parts(tmp_path):
    for round_ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT)
        deadline = time.monotonic() + 30
        # The kill must fall into the writing, not into the start of Python.
        while time.monotonic() < deadline and len(list(tmp_path.rglob("part-*.parquet"))) <= round_:
            time.sleep(0.01)
        time.sleep(0.017 * round_)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    store = Store(tmp_path)
    assert store.set_aside_unreadable() == []
    assert store.read("predictions", ("run_id",)).num_rows % 500 == 0
    assert store.read("predictions", ("run_id",)).num_rows >= 8 * 500


def test_the_second_writer_of_a_kind_is_told_who_holds_the_store(tmp_path):
    store = Store(tmp_path)
    with store.writing("ingest"):
        with Store(tmp_path).writing("inference"):
            pass  # another kind of job may run
        with pytest.raises(SerError, match=f"process {os.getpid()}"), store.writing("ingest"):
            pass
    with store.writing("ingest"):
        pass
