"""The dashboards on small published databases, whose tables are made from the marts' contract."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
import yaml
from streamlit.testing.v1 import AppTest

from dashboards import data

ROOT = Path(__file__).parent.parent
APP = ROOT / "dashboards" / "app.py"
VIEWS = sorted(path.name for path in (ROOT / "dashboards" / "views").glob("*.py"))
ZERO = {"varchar": "", "varchar[]": [], "boolean": False, "timestamp with time zone": "2026-01-01"}
SCORES = {"weighted_f1": 0.5, "accuracy": 0.6, "uar": 0.7, "answered_rate": 0.8}

Rows = list[dict[str, Any]]


def contract() -> dict[str, dict[str, tuple[str, bool]]]:
    """Table → column → type and whether it must have a value, for all marts and seeds."""
    marts = yaml.safe_load((ROOT / "dbt_project/models/marts/_marts.yml").read_text())["models"]
    seeds = yaml.safe_load((ROOT / "dbt_project/seeds/_seeds.yml").read_text())["seeds"]
    tables = {
        mart["name"]: {
            column["name"]: (column["data_type"], bool(column.get("constraints")))
            for column in mart["columns"]
        }
        for mart in marts
    }
    for seed in seeds:
        types = seed["config"]["column_types"]
        tables[seed["name"]] = {name: (type_, False) for name, type_ in types.items()}
    return tables


def write(database: Path, content: dict[str, Rows]) -> None:
    """Write a database with all marts; what a row leaves out is NULL, or zero if need be."""
    database.parent.mkdir(parents=True)
    with duckdb.connect(str(database)) as connection:
        for table, columns in contract().items():
            body = ", ".join(
                f"{name} {type_}{' not null' if needed else ''}"
                for name, (type_, needed) in columns.items()
            )
            connection.execute(f"create table {table} ({body})")
            for row in content.get(table, []):
                assert row.keys() <= columns.keys(), f"{table} has other columns"
                values = [
                    row.get(name, ZERO.get(type_, 0) if needed else None)
                    for name, (type_, needed) in columns.items()
                ]
                marks = ", ".join("?" * len(values))
                connection.execute(f"insert into {table} values ({marks})", values)


class Speech:
    """Content of a warehouse: runs that answered for corpora, under two extractions."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {
            "extractions": [
                {"extraction": "aaa", "is_default": False, "description": "Not the default."},
                {"extraction": "zzz", "is_default": True, "description": "The default rule."},
            ]
        }

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def corpus(self, dataset: str, synthetic: bool = False) -> Speech:
        self.add(
            "corpora", dataset=dataset, synthetic=synthetic, clips=4, published_clips=9, license="L"
        )
        return self

    def run(
        self,
        run_id: str,
        system: str,
        temperature: float,
        dataset: str,
        synthetic: bool = False,
        f1: float = 0.5,
        clips: int = 4,
        rank: int | None = 1,
        coverage: float = 1.0,
        **more: Any,
    ) -> Speech:
        """Answers of one run for one corpus; only a run's first call describes it."""
        about = {"run_id": run_id, "system": system, "temperature": temperature}
        if all(known["run_id"] != run_id for known in self.tables.get("runs", [])):
            self.add("runs", **about, **{"system_version": "1", "prompt": "p", **more})
        for extraction in ("aaa", "zzz"):
            key = {**about, "extraction": extraction, "synthetic": synthetic}
            macro = f1 if extraction == "zzz" else 0.0
            overall = {"macro_f1": macro, **SCORES, "n": clips}
            self.add("leaderboard", **key, rank=rank, coverage=coverage, **overall)
            self.add("metrics_by_dataset", **key, dataset=dataset, **overall)
            self.add("metrics_by_language", **key, language="German", **overall)
            for metric, value in overall.items():
                if metric != "n":
                    slice_ = {"slice": "all", "metric": metric, "value": value, "n": clips}
                    self.add("metrics", **key, **slice_)
            for emotion in ("anger", "fear"):
                per_class = {"emotion": emotion, "f1": macro, "n": clips // 2}
                self.add("metrics_by_emotion", **key, **per_class)
                place = {"dataset": dataset, "language": "German"}
                self.add("metrics_by_dataset_language_emotion", **key, **place, **per_class)
            for number in range(clips):
                self.add(
                    "predictions",
                    **about,
                    extraction=extraction,
                    synthetic=synthetic,
                    dataset=dataset,
                    file_id=f"{dataset}-{number:04}",
                    emotion="anger",
                    raw_text=f"answer {number}",
                    status="exact" if number % 2 else "unmatched",
                )
        return self

    def confused(self, run_id: str, dataset: str, counts: dict, synthetic: bool = False) -> Speech:
        for (emotion, label), n in counts.items():
            key = {"run_id": run_id, "extraction": "zzz", "dataset": dataset, "n": n}
            self.add("confusion", **key, synthetic=synthetic, emotion=emotion, label=label)
        return self


def usual() -> Speech:
    """Two systems on real speech, one of them at two temperatures and also on the demo."""
    return (
        Speech()
        .corpus("Real")
        .corpus("Other")
        .corpus("demo", synthetic=True)
        .run("talker-0", "talker", 0.0, "Real", f1=0.61)
        .run("talker-7", "talker", 0.7, "Real", f1=0.43, rank=2)
        .run("silent-0", "silent", 0.0, "Real", f1=0.25, rank=3)
        .run("talker-0", "talker", 0.0, "demo", synthetic=True, f1=0.99)
        .confused("talker-0", "Real", {("anger", "anger"): 3, ("anger", None): 1})
        .confused("talker-0", "Real", {("fear", "anger"): 1, ("fear", "joy"): 2})
        .confused("talker-0", "Other", {("fear", "fear"): 5})
        .confused("talker-0", "demo", {("anger", "fear"): 100}, synthetic=True)
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SER_WAREHOUSE", str(tmp_path))
    st.cache_data.clear()
    yield tmp_path
    st.cache_data.clear()


@pytest.fixture
def publish(folder: Path) -> Callable[[Speech], Path]:
    """Publish as a build does: a folder of its own, then the link."""

    def publish(speech: Speech) -> Path:
        build = folder / "builds" / f"{sum(1 for _ in folder.glob('builds/*')):03}"
        write(build / "ser.duckdb", speech.tables)
        link = folder / "next"
        link.symlink_to(build)
        link.replace(folder / "current")
        return build / "ser.duckdb"

    return publish


def opened(view: str = "leaderboard.py") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=15).run()
    return at(app, view)


def at(app: AppTest, view: str) -> AppTest:
    app.switch_page(f"views/{view}").run()
    assert not app.exception
    return app


def widget(widgets: Any, label: str) -> Any:
    return next(one for one in widgets if one.label == label)


def table(app: AppTest) -> Any:
    return app.dataframe[0].value


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def banners(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


def test_nothing_published_says_what_to_run(folder):
    app = AppTest.from_file(str(APP), default_timeout=15).run()
    assert not app.exception
    assert [error for error in app.error if "make ingest infer build" in error.value]
    assert len(app.error) == 1
    assert not app.dataframe


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_runs_on_the_contract_of_the_marts(publish, view):
    publish(usual())
    app = opened(view)
    assert [error.value for error in app.error] == []
    assert app.header
    assert len(app.dataframe) + len(charts(app)) > 0
    assert app.caption


def test_leaderboard_shows_the_default_extraction_of_real_speech(publish):
    publish(usual())
    board = table(opened())
    assert dict(zip(board["run_id"], board["macro_f1"], strict=True)) == {
        "talker-0": 0.61,
        "talker-7": 0.43,
        "silent-0": 0.25,
    }


def test_complete_runs_are_shown_without_coverage(publish):
    publish(usual())
    app = opened()
    assert "coverage" not in app.dataframe[0].proto.column_order
    assert not app.info


def test_a_run_over_part_of_the_clips_is_shown_last_and_says_so(publish):
    speech = usual().run("new-0", "new", 0.0, "Real", f1=0.9, rank=None, coverage=0.25, clips=1)
    publish(speech)
    app = opened()
    assert list(table(app)["run_id"])[-1] == "new-0"
    assert list(table(app)["rank"])[:3] == [1, 2, 3]
    assert "coverage" in app.dataframe[0].proto.column_order
    assert "has no rank" in app.info[0].value
    assert len(app.info) == 1
    opacity = charts(app)[0]["layer"][0]["encoding"]["opacity"]
    assert "coverage" in json.dumps(opacity["condition"])
    widget(app.multiselect, "System").set_value(["talker"]).run()
    assert not app.info


def in_terminal(database: Path) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute((ROOT / "dashboards/leaderboard.sql").read_text()).fetchall()


def test_the_terminal_names_of_a_run_only_what_tells_it_apart(publish):
    speech = Speech().corpus("Real")
    speech.run("talker-v1", "talker", 0.0, "Real")
    speech.run("talker-v2", "talker", 0.0, "Real", system_version="2", rank=2)
    speech.run("silent-t0", "silent", 0.0, "Real", rank=3)
    speech.run("silent-t7", "silent", 0.7, "Real", rank=4)
    speech.run("silent-other-prompt", "silent", 0.7, "Real", rank=None, coverage=0.9999)
    rows = in_terminal(publish(speech))
    assert [row[1:4] for row in rows] == [
        (1, "talker v1", 0.0),
        (2, "talker v2", 0.0),
        (3, "silent", 0.0),
        (4, "silent silent-t7", 0.7),
        (None, "silent her-prompt", 0.7),
    ]
    assert [row[-1] for row in rows] == ["4", "4", "4", "4", "4 (99.9 %)"]


def test_the_other_extraction_has_other_scores(publish):
    publish(usual())
    app = opened()
    widget(app.selectbox, "Label extraction").set_value("aaa").run()
    assert set(table(app)["macro_f1"]) == {0.0}


def test_filters_hold_on_every_page(publish):
    publish(usual())
    app = opened()
    widget(app.multiselect, "Temperature").set_value([0.7]).run()
    assert list(table(app)["run_id"]) == ["talker-7"]
    assert set(table(at(app, "breakdown.py"))["run_id"]) == {"talker-7"}
    assert widget(at(app, "heatmap.py").selectbox, "Run").options == ["talker · T=0.7"]
    assert set(table(at(app, "answers.py"))["run_id"]) == {"talker-7"}
    at(app, "leaderboard.py")
    widget(app.multiselect, "Temperature").set_value([]).run()
    widget(app.multiselect, "System").set_value(["talker"]).run()
    assert set(table(app)["run_id"]) == {"talker-0", "talker-7"}


def test_runs_that_share_system_and_temperature_get_different_names(publish):
    speech = Speech().corpus("Real")
    for run_id, more in {
        "same-prompt-run-a": {"prompt": "p"},
        "same-prompt-run-b": {"prompt": "p"},
        "other-prompt": {"prompt": "q"},
    }.items():
        speech.run(run_id, "talker", 0.0, "Real", **more)
    publish(speech)
    names = data.leaderboard("zzz", False).set_index("run_id")["run"]
    assert names["other-prompt"] == "talker · prompt q · T=0.0"
    assert names["same-prompt-run-a"] == "talker · prompt p · T=0.0 · ompt-run-a"
    assert names.is_unique


def test_confusion_shares_sum_to_one_per_true_class(publish):
    publish(usual())
    matrix = data.confusion("zzz", False, "talker-0", "")
    sums = matrix.groupby("emotion")["share"].sum()
    assert dict(sums) == pytest.approx({"anger": 1.0, "fear": 1.0})
    share = matrix.set_index(["emotion", "label"])["share"]
    assert share["anger", data.NO_LABEL] == pytest.approx(1 / 4)
    assert share["fear", "fear"] == pytest.approx(5 / 8)
    assert list(matrix["label"].unique()) == ["anger", "fear", "joy", data.NO_LABEL]
    assert len(matrix) == 2 * 4
    one = data.confusion("zzz", False, "talker-0", "Real").set_index(["emotion", "label"])
    assert one["share"]["fear", "joy"] == pytest.approx(2 / 3)
    assert one["n"]["fear", "fear"] == 0


def test_confusion_page_prints_counts_or_shares_on_a_fixed_scale(publish):
    publish(usual())
    app = opened("confusion.py")
    for numbers in ("n", "share"):
        widget(app.radio, "Numbers").set_value(numbers).run()
        cells, text, _ = charts(app)[0]["layer"]
        assert text["encoding"]["text"]["field"] == numbers
        assert cells["encoding"]["color"]["field"] == "share"
        assert cells["encoding"]["color"]["scale"]["domain"] == [0, 1]


def test_banner_and_synthetic_scores_come_together(publish):
    publish(usual())
    app = opened()
    assert banners(app) == []
    assert 0.99 not in set(table(app)["macro_f1"])
    widget(app.radio, "Speech").set_value(True).run()
    assert len(banners(app)) == 1
    assert "say nothing about any system" in banners(app)[0]
    assert list(table(app)["macro_f1"]) == [0.99]
    for view in VIEWS:
        assert len(banners(at(app, view))) == 1
    assert list(table(at(app, "corpora.py"))["dataset"]) == ["demo"]
    widget(app.radio, "Speech").set_value(False).run()
    assert banners(app) == []
    assert list(table(app)["dataset"]) == ["Other", "Real"]


def test_synthetic_is_shown_at_once_where_there_is_nothing_else(publish):
    speech = Speech().corpus("demo", synthetic=True)
    publish(speech.run("talker-0", "talker", 0.0, "demo", synthetic=True))
    app = opened()
    assert len(banners(app)) == 1
    assert len(table(app)) == 1


def test_what_a_page_is_set_to_is_remembered(publish):
    publish(usual())
    app = opened("heatmap.py")
    widget(app.selectbox, "Run").set_value("talker-7").run()
    at(app, "leaderboard.py").run()
    assert widget(at(app, "confusion.py").selectbox, "Run").value == "talker-7"
    widget(app.multiselect, "Temperature").set_value([0.0]).run()
    assert not app.exception
    assert widget(app.selectbox, "Run").value != "talker-7"


def test_answers_are_limited_and_counted(publish):
    publish(Speech().corpus("Real").run("talker-0", "talker", 0.0, "Real", clips=602))
    app = opened("answers.py")
    assert len(table(app)) == 500
    assert "602 answers" in app.markdown[0].value
    widget(app.selectbox, "Status").set_value("unmatched").run()
    assert "301 answers" in app.markdown[0].value
    assert set(table(app)["status"]) == {"unmatched"}


def test_answers_of_synthetic_speech_stay_apart(publish):
    publish(usual())
    app = opened("answers.py")
    assert set(table(app)["dataset"]) == {"Real"}
    widget(app.radio, "Speech").set_value(True).run()
    assert set(table(app)["dataset"]) == {"demo"}


def test_a_new_publication_is_picked_up(publish):
    publish(usual())
    app = opened()
    assert len(table(app)) == 3
    publish(Speech().corpus("Real").run("newer-0", "newer", 0.0, "Real", f1=0.7))
    app.run()
    assert list(table(app)["run_id"]) == ["newer-0"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_database_without_answers_says_what_to_run(publish, view):
    publish(Speech().corpus("Real"))
    app = opened(view)
    assert not app.exception
    assert not app.error
    assert banners(app) == []
    if view == "corpora.py":
        assert list(table(app)["dataset"]) == ["Real"]
        return
    assert "Run `make infer build`" in app.info[0].value
    assert not app.dataframe
    assert not charts(app)
    widget(app.radio, "Speech").set_value(True).run()
    assert "Run `make demo`" in app.info[0].value
    publish(Speech())
    assert "Run `make ingest infer build SOURCES=FOLDER`" in opened(view).info[0].value


def test_a_database_of_another_version_is_no_traceback(publish):
    database = publish(usual())
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table metrics")
    app = AppTest.from_file(str(APP), default_timeout=15).run()
    assert not app.exception
    assert "make build" in app.error[0].value


def test_locked_by_a_writer_is_a_message(publish):
    database = publish(usual())
    hold = textwrap.dedent("""
        import sys, duckdb
        connection = duckdb.connect(sys.argv[1])
        print("open", flush=True)
        sys.stdin.read()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout.readline() == b"open\n"
        app = AppTest.from_file(str(APP), default_timeout=15).run()
        assert not app.exception
        assert [error.value for error in app.error if "open for writing" in error.value]
        assert not app.dataframe
        writer.stdin.close()
        writer.wait(10)
    app.run()
    assert not app.error
    assert len(table(app)) == 3
