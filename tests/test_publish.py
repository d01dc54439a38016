"""A build never disturbs a reader, a reader never blocks a build, and both say what is wrong."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from tests.conftest import dbt, python, run, succeed
from warehouse import publish as publishing
from warehouse.errors import SerError
from warehouse.paths import DATABASE


def make_build(number: int, rows: int = 1, ok: bool = True) -> Path:
    """Make a build whose leaderboard says which one it is, in every row."""
    folder = publishing.new_build()
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute(
            f"create table leaderboard as select {number} as build from range({rows})"
        )
        connection.execute("create schema warehouse")
        connection.execute(
            f"create table warehouse.build_state as select {ok} as ok, now() as started_at"
        )
    return folder


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("SER_WAREHOUSE", str(tmp_path))
    return tmp_path


def current_build():
    with publishing.connect() as connection:
        return connection.execute("select distinct build from leaderboard").fetchall()


def test_readers_always_see_one_whole_build(root):
    publishing.publish(make_build(0, rows=50_000))
    stop, seen, failures = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                with publishing.connect() as connection:
                    found = connection.execute(
                        "select build, count(*) from leaderboard group by build"
                    ).fetchall()
            except Exception as error:  # any failure at all is what this test is about
                failures.append(repr(error))
                continue
            if len(found) != 1 or found[0][1] != 50_000:
                failures.append(repr(found))
            seen.add(found[0][0])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        publishing.publish(make_build(number, rows=50_000))
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 3, "the readers saw too few builds to prove anything"
    assert current_build() == [(24,)]


def test_a_reader_keeps_its_build_although_later_ones_replace_it(root):
    publishing.publish(make_build(0))
    with publishing.connect() as reader:
        for number in range(1, 8):
            publishing.publish(make_build(number))
        assert reader.execute("select build from leaderboard").fetchall() == [(0,)]
    assert current_build() == [(7,)]
    assert len(list((root / "builds").iterdir())) == publishing.KEEP


def test_nothing_published_says_what_to_run(root):
    with pytest.raises(SerError, match="nothing is published yet; run `make ingest infer build`"):
        publishing.connect()


def test_an_unfinished_build_is_not_published(root):
    publishing.publish(make_build(1))
    folder = publishing.new_build()
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute("create table something_else as select 1")
    with pytest.raises(SerError, match="not a whole build that passed its tests"):
        publishing.publish(folder)
    with pytest.raises(SerError, match="not a whole build that passed its tests"):
        publishing.publish(make_build(2, ok=False))
    (folder / DATABASE).write_bytes(b"no database at all, but long enough to look at" * 100)
    with pytest.raises(SerError, match="cannot be opened"):
        publishing.publish(folder)
    assert current_build() == [(1,)]


def test_what_lies_in_the_way_is_named_and_nothing_else_is_touched(root):
    build = make_build(1)
    (root / "current").mkdir()
    with pytest.raises(SerError, match="current: in the way, it must be a link to a build"):
        publishing.publish(build)
    assert (build / DATABASE).exists()
    (root / "current").rmdir()
    keepsake = root / "builds" / "2020-thesis"
    keepsake.mkdir(parents=True)
    for number in range(publishing.KEEP + 2):
        publishing.publish(make_build(number))
    assert keepsake.exists()
    assert len(list((root / "builds").iterdir())) == publishing.KEEP + 1


HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("create or replace table held as select 1")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold():
    """Open a database for writing in another process until the test ends."""
    holders = []

    def start(database):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        holders.append(holder)
        assert holder.stdout.readline() == "held\n"
        return holder

    yield start
    for holder in holders:
        holder.communicate("")


def test_an_older_build_does_not_replace_a_newer_one(root):
    old, new = make_build(1), make_build(2)
    publishing.publish(new)
    with pytest.raises(SerError, match="was started before the build that readers see"):
        publishing.publish(old)
    assert current_build() == [(2,)]
    assert old.exists()


def test_a_database_locked_by_another_writer_is_named_with_the_process(root, hold):
    publishing.publish(make_build(1))
    holder = hold(publishing.published())
    with pytest.raises(SerError, match=rf"open for writing in .*PID {holder.pid}.*close it there"):
        publishing.connect()
    done = python(root, "-m", "warehouse", "sql", "from leaderboard")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "close it there and try again" in done.stderr
    # A build of its own is not disturbed by it.
    publishing.publish(make_build(2))
    assert current_build() == [(2,)]


def test_a_build_that_is_still_being_written_is_not_published(root, hold):
    folder = make_build(1)
    hold(folder / DATABASE)
    with pytest.raises(SerError, match="open for writing"):
        publishing.publish(folder)
    assert folder.exists()


def test_plain_dbt_build_on_a_locked_database_fails_with_the_process_and_harms_nothing(
    demo_copy, hold
):
    (demo_copy / "building").mkdir()
    holder = hold(demo_copy / "building" / DATABASE)
    done = dbt(demo_copy, "build")
    assert done.returncode != 0
    assert f"PID {holder.pid}" in done.stdout
    assert "close it there and try again" in done.stdout
    assert str(demo_copy / "building" / DATABASE) in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_plain_dbt_build_works_on_its_own_and_says_how_to_publish(demo_copy):
    before = (demo_copy / "current").resolve()
    done = succeed(dbt(demo_copy, "build"))
    assert "To publish this one: make publish" in done.stdout
    assert (demo_copy / "current").resolve() == before
    succeed(python(demo_copy, "-m", "warehouse", "publish"))
    assert (demo_copy / "current").resolve() != before


def test_an_empty_warehouse_builds_and_its_leaderboard_is_empty(tmp_path, query):
    succeed(dbt(tmp_path, "build"))
    done = succeed(python(tmp_path, "-m", "warehouse", "publish"))
    assert "no clip in it; run `make ingest infer build`" in done.stderr
    assert query(tmp_path, "select count(*) from leaderboard") == [(0,)]


def test_the_data_folder_can_be_moved_after_publishing(demo_copy, tmp_path):
    moved = demo_copy.rename(tmp_path / "moved")
    done = succeed(python(moved, "-m", "warehouse", "sql", "select count(*) as n from predictions"))
    assert "8064" in done.stdout  # 224 clips × 3 temperatures × 12 extractions


def test_the_sql_shell_is_read_only_and_takes_queries_from_a_pipe(demo_warehouse):
    command = f"echo 'select max(n) as n from leaderboard;' | {sys.executable} -m warehouse sql"
    done = run(["bash", "-c", command], demo_warehouse)
    assert done.returncode == 0, done.stderr
    assert "224" in done.stdout
    refused = python(demo_warehouse, "-m", "warehouse", "sql", "drop table leaderboard")
    assert refused.returncode != 0
    assert "read-only" in refused.stdout + refused.stderr
