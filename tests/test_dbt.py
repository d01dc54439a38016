"""What dbt promises the people who query: everything described, contracts on what is public."""

from pathlib import Path

import yaml

from tests.conftest import ROOT, parquet_rows
from warehouse.schema import TABLES

MODELS = ROOT / "dbt_project" / "models"


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
    for model in yaml.safe_load((MODELS / "marts" / "_marts.yml").read_text())["models"]:
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
        "run_id system temperature file_id dataset language emotion raw_text extraction label "
        "score margin status"
    )


def test_raw_answers_reach_the_mart_unchanged(demo_warehouse, query):
    stored = parquet_rows(demo_warehouse, "predictions", "run_id, file_id, raw_text")
    mart = query(
        demo_warehouse,
        "select run_id, file_id, raw_text from predictions where extraction = 'cameo' order by all",
    )
    assert stored == mart


def test_no_view_in_the_database_needs_python(demo_warehouse, query):
    views = query(demo_warehouse, "select sql from duckdb_views() where not internal")
    assert views
    assert not [sql for (sql,) in views if "label_ratios" in sql]


def test_the_layers_look_one_way():
    forbidden = {
        "warehouse": ("ingest", "inference", "dashboards"),
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
