"""What dbt promises the people who query: everything described, contracts on what is public."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import yaml

from tests.conftest import ROOT, build_and_publish, dbt, filled, parquet_rows, run, succeed
from warehouse.schema import TABLES
from warehouse.store import Store

MODELS = ROOT / "dbt_project" / "models"
DBT = Path(sys.executable).with_name("dbt")
IGNORED = shutil.ignore_patterns("data", "target", "logs", "__pycache__")


def test_every_table_and_column_of_a_published_database_is_described(demo_warehouse, query):
    bare = query(
        demo_warehouse,
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
        "where not internal and schema_name != 'warehouse' and coalesce(comment, '') = '' "
        "union all select schema_name || '.' || table_name from duckdb_tables() "
        "where coalesce(comment, '') = '' "
        "union all select schema_name || '.' || view_name from duckdb_views() "
        "where not internal and coalesce(comment, '') = ''",
    )
    assert bare == []


def test_every_model_has_a_description_file_entry():
    described = {
        model["name"]
        for path in MODELS.rglob("_*.yml")
        for model in yaml.safe_load(path.read_text()).get("models", [])
    }
    assert described == {path.stem for path in MODELS.rglob("*.sql")}


def test_every_mart_has_a_type_for_every_column():
    for path in (MODELS / "marts").rglob("_*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            for column in model["columns"]:
                assert column.get("data_type"), f"{model['name']}.{column['name']}"


def test_the_sources_are_the_tables_that_python_writes():
    sources = yaml.safe_load((MODELS / "staging" / "_sources.yml").read_text())["sources"]
    assert {table["name"] for table in sources[0]["tables"]} == set(TABLES)


def test_the_predictions_mart_has_the_promised_columns_in_order(demo_warehouse, query):
    columns = query(
        demo_warehouse,
        "select column_name from duckdb_columns() "
        "where schema_name = 'main' and table_name = 'predictions' order by column_index",
    )
    assert " ".join(name for (name,) in columns) == (
        "run_id system temperature file_id dataset language emotion raw_text labels extraction "
        "label score margin status synthetic as_of"
    )


def test_raw_answers_reach_the_mart_unchanged(demo_warehouse, query):
    stored = parquet_rows(demo_warehouse, "predictions", "run_id, file_id, raw_text")
    mart = query(
        demo_warehouse,
        "select run_id, file_id, raw_text from predictions where extraction = 'cameo' order by all",
    )
    assert stored == mart


def built(warehouse, sql, parameters=()):
    """Run SQL on what plain `dbt build` wrote, from another folder than dbt's."""
    with duckdb.connect(str(warehouse / "building" / "ser.duckdb"), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def test_a_build_says_whether_all_of_it_was_made_and_passed(demo_copy):
    state = (
        "select ok, command from warehouse.build_state "
        "where started_at between now() - interval 10 minutes and now()"
    )
    done = succeed(dbt(demo_copy, "build"))
    assert built(demo_copy, state) == [(True, "build")]
    assert "make publish" in done.stdout
    for part in (["run", "--select", "runs"], ["build", "--select", "runs"]):
        done = succeed(dbt(demo_copy, *part))
        assert built(demo_copy, state) == [(False, part[0])]
        assert "make publish" not in done.stdout
    (demo_copy / "corpora" / "demo.parquet").unlink()
    done = dbt(demo_copy, "build")
    assert done.returncode != 0
    assert built(demo_copy, state) == [(False, "build")]
    assert "make publish" not in done.stdout
    assert "relationships_stg_utterances_dataset" in done.stdout


def test_the_data_may_lie_in_any_folder(demo_copy):
    folder = demo_copy.rename(demo_copy.with_name("o'clock [1]* b]"))
    succeed(dbt(folder, "run", "--select", "stg_predictions"))
    assert built(folder, "select count(*) from staging.stg_predictions") == [(672,)]


def test_a_relative_folder_is_relative_to_the_checkout_and_an_empty_name_is_none(
    demo_copy, tmp_path
):
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "dbt_project", checkout / "dbt_project", ignore=IGNORED)
    shutil.copytree(ROOT / "warehouse", checkout / "warehouse", ignore=IGNORED)
    (checkout / "warehouse" / "data").symlink_to(demo_copy)
    relative = shutil.copytree(demo_copy, checkout / "elsewhere", symlinks=True)
    command = [str(DBT), "run", "--select", "stg_predictions"]
    for setting, folder in (("", demo_copy), ("elsewhere", relative)):
        succeed(run(command, Path("none"), checkout / "dbt_project", SER_WAREHOUSE=setting))
        assert built(folder, "select count(*) from staging.stg_predictions") == [(672,)]


def test_a_part_from_before_a_column_was_added_reads_as_null(demo_copy, query):
    older = {"file_id": "older", "dataset": "demo", "original_path": "older.wav"}
    clip = filled("utterances", **older, emotion="anger", gender="female")
    part = Store(demo_copy).append("utterances", [clip])
    table = pq.read_table(part)
    assert table["transcription"].to_pylist() == ["x"]
    pq.write_table(table.drop_columns(["transcription"]), part)
    build_and_publish(demo_copy)
    assert query(
        demo_copy, "select file_id, transcription from utterances where original_path = 'older.wav'"
    ) == [("older", None)]
    assert query(demo_copy, "select count(*) from utterances where transcription != ''") == [(224,)]
    # One clip more than the runs were asked about: none of them is complete any more.
    assert query(demo_copy, "select distinct rank, coverage from leaderboard") == [
        (None, 224 / 225)
    ]


def test_what_is_gone_or_was_asked_with_other_labels_counts_no_more(demo_copy):
    store, later = Store(demo_copy), datetime(2100, 1, 1, tzinfo=UTC)
    files = parquet_rows(demo_copy, "utterances", "file_id, original_path, emotion")
    gone, asked_anew, relabelled = files[:3]
    about = {"dataset": "demo", "original_path": gone[1], "reason": "missing"}
    store.append("rejects", [filled("rejects", **about, rejected_at=later)])
    run_id = parquet_rows(demo_copy, "runs", "run_id")[0][0]
    for clip, labels in ((asked_anew, f"{asked_anew[2]}|zeal"), (relabelled, "zeal")):
        answer = {"run_id": run_id, "file_id": clip[0], "labels": labels, "raw_text": "Zeal!"}
        row = filled("predictions", **answer, answered_at=later) | {"error": None}
        store.append("predictions", [row])
    succeed(dbt(demo_copy, "build"))
    assert built(demo_copy, "select count(*) from utterances") == [(223,)]
    assert built(demo_copy, "select original_path, reason from rejects") == [(gone[1], "missing")]
    labels = (
        "select label from predictions where extraction = 'cameo' and run_id = ? and file_id = ?"
    )
    assert built(demo_copy, labels, [run_id, gone[0]]) == []
    assert built(demo_copy, labels, [run_id, asked_anew[0]]) == [("zeal",)]
    assert built(demo_copy, labels, [run_id, relabelled[0]]) == []
    board = "select run_id = ?, n, rank, coverage from leaderboard where extraction = 'cameo'"
    assert sorted(built(demo_copy, board, [run_id]), key=str) == [
        (False, 223, 1, 1.0),
        (False, 223, 2, 1.0),
        (True, 222, None, 222 / 223),
    ]


def test_no_view_in_the_database_needs_python(demo_warehouse, query):
    views = query(demo_warehouse, "select sql from duckdb_views() where not internal")
    assert views
    assert not [sql for (sql,) in views if "label_ratios" in sql]


def test_the_layers_look_one_way():
    forbidden = {
        "speech": ("warehouse", "ingest", "inference", "dashboards"),
        "warehouse": ("speech", "ingest", "inference", "dashboards"),
        "ingest": ("inference", "dashboards"),
        "inference": ("ingest", "dashboards"),
        "dashboards": ("ingest", "inference"),
    }
    for package, others in forbidden.items():
        for path in Path(ROOT, package).rglob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                words = line.split()
                if words[:1] in (["import"], ["from"]) and len(words) > 1:
                    assert words[1].split(".")[0] not in others, f"{path}: {line}"
