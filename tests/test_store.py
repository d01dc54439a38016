"""Parts are whole or absent, and damaged ones harm nobody."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT, dbt, filled, parquet_rows, python, succeed
from warehouse.errors import SerError
from warehouse.inventory import inventory
from warehouse.paths import data_dir
from warehouse.schema import TABLES
from warehouse.store import EMPTY_PART, Store

ROW = {"run_id": "r", "file_id": "f", "labels": "a|b", "raw_text": "a"}


def test_a_store_from_before_a_column_was_added_has_it_without_any_new_row(tmp_path):
    Store(tmp_path)
    empty = tmp_path / "predictions" / EMPTY_PART
    older = pa.schema([f for f in TABLES["predictions"] if f.name != "label_logprobs"])
    pq.write_table(older.empty_table(), empty)
    Store(tmp_path)
    assert pq.read_schema(empty).names == TABLES["predictions"].names


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
    assert all("run `make infer` again" in line for line in lines)
    assert store.read("predictions", ("run_id",)).num_rows == 50
    assert store.set_aside_unreadable() == []


def test_a_damaged_empty_part_is_made_anew(tmp_path):
    store = Store(tmp_path)
    empty = tmp_path / "rejects" / EMPTY_PART
    empty.write_bytes(b"damaged")
    (line,) = store.set_aside_unreadable()
    assert line.endswith(f"set aside as {EMPTY_PART}.unreadable")
    assert store.read("rejects", ("dataset",)).num_rows == 0
    assert empty.exists()


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


def test_a_part_that_cannot_be_opened_is_named_and_stays_where_it_is(tmp_path, monkeypatch):
    store = Store(tmp_path)
    part = store.append("predictions", [ROW], "r")
    real = type(part).open

    def refuse(path, *arguments, **options):
        if path == part:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *arguments, **options)

    monkeypatch.setattr(type(part), "open", refuse)
    with pytest.raises(SerError, match=rf"{part}: cannot be read .*Input/output error.*check the"):
        store.set_aside_unreadable()
    monkeypatch.undo()
    assert part.exists()


def test_a_part_whose_bytes_changed_on_disk_is_named(tmp_path):
    store = Store(tmp_path)
    store.append("predictions", [ROW] * 10, "r")
    rotten = store.append("predictions", [{**ROW, "raw_text": str(n)} for n in range(500)], "s")
    data = bytearray(rotten.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 8] = bytes(255 - byte for byte in data[middle : middle + 8])
    rotten.write_bytes(data)
    for look in (lambda: store.read("predictions", TABLES["predictions"].names), store.verify):
        with pytest.raises(SerError, match=rf"{rotten}: cannot be read .*move the file out"):
            look()


def test_what_changed_on_disk_is_not_built_into_results(demo_copy):
    part = next((demo_copy / "predictions").rglob("part-*.parquet"))
    data = bytearray(part.read_bytes())
    chunk = pq.ParquetFile(part).metadata.row_group(0).column(3)
    assert chunk.path_in_schema == "raw_text"
    place = chunk.data_page_offset + chunk.total_compressed_size // 2
    data[place] ^= 255
    part.write_bytes(data)
    done = dbt(demo_copy, "run", "--select", "stg_predictions")
    assert done.returncode != 0
    assert f"{part}: cannot be read" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_full_disk_leaves_no_half_part_and_says_so(tmp_path, monkeypatch):
    store = Store(tmp_path)

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SerError, match=r"No space left on device\); make room"):
        store.append("predictions", [ROW], "r")
    assert [path.name for path in (tmp_path / "predictions").rglob("*.*")] == ["_schema.parquet"]


def test_what_killed_writers_left_long_ago_is_swept_away(tmp_path):
    store = Store(tmp_path)
    old, new = (tmp_path / "runs" / f"{name}.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    store.sweep()
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("chosen", ["", "some/folder"])
def test_the_data_folder_does_not_depend_on_where_one_stands(monkeypatch, tmp_path, chosen):
    monkeypatch.setenv("SER_WAREHOUSE", chosen)
    monkeypatch.chdir(tmp_path)
    expected = {
        "": ROOT / "warehouse" / "data",
        "some/folder": ROOT / "some" / "folder",
    }
    assert data_dir() == expected[chosen]


def test_a_home_that_the_shell_did_not_replace_is_refused_and_not_taken_for_a_name(tmp_path):
    done = python(Path("~/folder"), "-m", "ingest", "run")
    assert done.returncode == 1
    assert "SER_WAREHOUSE=~/folder: the shell has not replaced the ~" in done.stderr
    done = dbt(Path("~/folder"), "run", DBT_TARGET_PATH=str(tmp_path))
    assert done.returncode != 0
    assert "SER_WAREHOUSE=~/folder: the shell has not replaced the ~" in done.stdout
    assert not (ROOT / "~").exists()


@pytest.mark.parametrize("name", ["what?", "take #2"])
def test_a_data_folder_that_dbt_cannot_open_is_refused(monkeypatch, tmp_path, name):
    monkeypatch.setenv("SER_WAREHOUSE", str(tmp_path / name / "data"))
    with pytest.raises(SerError, match="dbt opens no database below"):
        data_dir()


def test_the_latest_row_of_a_file_counts_and_a_clip_before_a_reject_of_the_same_time(tmp_path):
    store = Store(tmp_path)

    def add(table, path, second, **values):
        stamp = {"utterances": "ingested_at", "rejects": "rejected_at"}[table]
        when = datetime(2026, 1, 1, second=second, tzinfo=UTC)
        row = filled(table, dataset="D", original_path=path, **{stamp: when}, **values)
        store.append(table, [row], "d")

    add("utterances", "a", 1, file_id="old")
    add("utterances", "a", 3, file_id="new")
    add("rejects", "a", 2)
    add("utterances", "b", 1)
    add("rejects", "b", 2, reason="empty_file")
    add("utterances", "c", 1)
    add("rejects", "c", 1)
    found = inventory(store, ("file_id",), ("reason",), "d")
    assert {path: entry.is_clip for (_, path), entry in found.items()} == {
        "a": True,
        "b": False,
        "c": True,
    }
    assert found["D", "a"].row["file_id"] == "new"
    assert found["D", "b"].row["reason"] == "empty_file"
