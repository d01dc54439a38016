"""An old leaderboard can be made again: by its rules, from what was stored by then."""

import shutil

import duckdb
import pytest

from tests.conftest import ROOT, python, succeed
from warehouse.errors import SerError
from warehouse.rules import _moment, keep_rules, kept_rules, rebuild, rule_files
from warehouse.store import Store


def board(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select * from leaderboard order by extraction, run_id"
        ).fetchall()
    # To twelve digits: the last bits of a sum depend on the order of adding.
    return [tuple(round(v, 12) if isinstance(v, float) else v for v in row) for row in rows]


def test_a_leaderboard_is_made_again_although_more_has_been_stored_since(demo_copy):
    database = demo_copy / "current" / "ser.duckdb"
    old = board(database)
    with duckdb.connect(str(database), read_only=True) as connection:
        ((as_of, rules),) = connection.execute(
            "select as_of::varchar, rules_sha256 from warehouse.build_state"
        ).fetchall()
        ((run_id, file_id, labels),) = connection.execute(
            "select run_id, file_id, any_value(labels) from intermediate.int_predictions "
            "group by all order by all limit 1"
        ).fetchall()
    # Another answer of a clip, offered another set of labels since: from now on that one counts.
    wrong = {"run_id": run_id, "file_id": file_id, "labels": labels + "|zeal", "raw_text": "zeal"}
    new = Store(demo_copy).read("predictions", ("answered_at",)).to_pylist()[0]["answered_at"]
    Store(demo_copy).append(
        "predictions", [wrong | {"answered_at": new.replace(year=new.year + 1)}], run_id
    )
    done = succeed(
        python(demo_copy, "-m", "warehouse", "rebuild", "--as-of", as_of, "--rules", rules[:12])
    )
    again = done.stdout.split("rebuilt: ")[1].strip()
    assert board(again) == old
    later = succeed(python(demo_copy, "-m", "warehouse", "rebuild", "--as-of", "2100-01-01"))
    now = board(later.stdout.split("rebuilt: ")[1].strip())
    assert [row[:-1] for row in now] != [row[:-1] for row in old]
    listed = succeed(python(demo_copy, "-m", "warehouse", "rules")).stdout
    assert rules in listed


def test_rules_are_kept_once_and_any_change_of_them_is_another_fingerprint(tmp_path):
    checkout = tmp_path / "checkout"
    for folder in ("dbt_project", "warehouse"):
        shutil.copytree(
            ROOT / folder, checkout / folder, ignore=shutil.ignore_patterns("data", "target")
        )
    before = keep_rules(tmp_path, checkout)
    assert keep_rules(tmp_path, checkout) == before
    for changed in ("dbt_project/seeds/extractions.csv", "warehouse/udf.py"):
        path = checkout / changed
        path.write_text(path.read_text() + "\n")
        after = keep_rules(tmp_path, checkout)
        assert after != before
        before = after
    assert len(kept_rules(tmp_path)) == 3


def test_rules_are_what_decides_a_build_and_no_data():
    names = {path.relative_to(ROOT).as_posix() for path in rule_files()}
    assert {
        "dbt_project/profiles.yml",
        "warehouse/udf.py",
        "dbt_project/seeds/emotions.csv",
    } < names
    assert not [name for name in names if name.startswith(("warehouse/data", "dbt_project/target"))]


def test_an_unknown_moment_or_rule_is_one_line(demo_copy):
    for text in ("yesterday", "", "0001-01-01 00:00:00+05"):
        with pytest.raises(SerError, match="no moment"):
            rebuild(text)
    done = python(
        demo_copy, "-m", "warehouse", "rebuild", "--as-of", "2026-01-01", "--rules", "ff0"
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no rules kept under it" in done.stderr


def test_a_moment_is_one_whatever_its_offset_from_utc():
    moments = ["2026-11-21 10:00:00", "2026-11-21 10:00:00+00", "2026-11-21 12:00:00+02"]
    assert {f"{_moment(text):%H:%M%z}" for text in moments} == {"10:00+0000"}


def test_where_nothing_was_stored_nothing_is_rebuilt(tmp_path, monkeypatch):
    monkeypatch.setenv("SER_WAREHOUSE", str(tmp_path / "mistyped"))
    with pytest.raises(SerError, match="no clip was ever stored here"):
        rebuild("2026-01-01")
    assert not (tmp_path / "mistyped").exists()
    Store(tmp_path / "mistyped")
    with pytest.raises(SerError, match="no clip was ever stored here"):
        rebuild("2026-01-01")


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("SER_WAREHOUSE", str(tmp_path))
    (tmp_path / "utterances").mkdir()
    (tmp_path / "utterances" / "part-1.parquet").touch()
    fingerprint = keep_rules(tmp_path)
    (tmp_path / "rebuilt").write_text("in the way")
    with pytest.raises(SerError, match="cannot write the warehouse here"):
        rebuild("2026-01-01", fingerprint)
