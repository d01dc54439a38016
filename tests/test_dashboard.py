"""The dashboards on small published databases, whose tables are made from the marts' contract."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
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
WIDTH = {"clip": 0.1, "speaker": 0.2}
"""Half an interval, by what the bootstrap draws."""
WITHOUT_RUNS = {"contamination.py", "corpora.py", "published.py"}
"""Views that show something where there is no run."""

Rows = list[dict[str, Any]]


@cache
def contract() -> dict[str, dict[str, tuple[str, bool]]]:
    """Table → column → type and whether it must have a value, for all marts and seeds."""
    files = (ROOT / "dbt_project/models/marts").rglob("*.yml")
    marts = [mart for path in files for mart in yaml.safe_load(path.read_text()).get("models", [])]
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


@cache
def macros() -> tuple[str, ...]:
    """Return the statements that make the macros which a build leaves in the database."""
    folder = ROOT / "dbt_project/macros"
    names = ("normalise_text", "indel_ratio", "why_cameo")
    source = "".join((folder / f"{name}.sql").read_text() for name in names)
    made = jinja2.Template(source).make_module()
    return made.create_indel_ratio(), made.create_why_cameo()


def write(database: Path, content: dict[str, Rows]) -> None:
    """Write a database with all marts; what a row leaves out is NULL, or zero if need be."""
    database.parent.mkdir(parents=True)
    with duckdb.connect(str(database)) as connection:
        connection.begin()
        for macro in macros():
            connection.execute(macro)
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
        connection.commit()


class Speech:
    """Content of a warehouse: runs that answered for corpora, under two extractions."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {
            "extractions": [
                self.rule("aaa", method="exact"),
                self.rule("zzz", is_default=True, threshold=0.57, description="The default rule."),
                self.rule("zzz_0.40", is_sweep=True, threshold=0.4),
                self.rule("probable", method="logprob"),
            ]
        }

    @staticmethod
    def rule(extraction: str, **more: Any) -> dict[str, Any]:
        flags = {"method": "cameo", "is_default": False, "is_sweep": False}
        return {"extraction": extraction, "description": "A rule.", **flags, **more}

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
        condition: str = "clip",
        ranks: tuple[int, int] | None = None,
        **more: Any,
    ) -> Speech:
        """Answers of one run for one corpus; only a run's first call describes it."""
        about = {"run_id": run_id, "system": system, "temperature": temperature}
        if all(known["run_id"] != run_id for known in self.tables.get("runs", [])):
            self.add(
                "runs",
                **about,
                **{"system_version": "1", "prompt": "p", **more},
                condition=condition,
            )
        for extraction in ("aaa", "zzz"):
            key = {**about, "extraction": extraction, "synthetic": synthetic}
            macro = f1 if extraction == "zzz" else 0.0
            overall = {"macro_f1": macro, **SCORES, "n": clips}
            ends = dict(zip(("rank_from", "rank_to"), ranks or (rank, rank), strict=True))
            board = {**overall, "rank": rank, **ends, "coverage": coverage, "condition": condition}
            board |= {"macro_f1_low": macro - 0.1, "macro_f1_high": macro + 0.1}
            self.add("leaderboard", **key, **board)
            self.add("metrics_by_dataset", **key, dataset=dataset, **overall)
            self.add("metrics_by_language", **key, language="German", **overall)
            for slice_, place in {
                "all": {},
                "dataset": {"dataset": dataset},
                "language": {"language": "German"},
                "gender": {"gender": "female"},
            }.items():
                for metric, value in overall.items():
                    if metric != "n":
                        self.figure({**key, "slice": slice_, **place}, metric, value, clips)
            for emotion in ("anger", "fear"):
                per_class = {"emotion": emotion, "f1": macro, "n": clips // 2}
                self.add("metrics_by_emotion", **key, **per_class)
                self.interval({**key, "slice": "all", "emotion": emotion}, "f1", macro, clips // 2)
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
                    labels=["anger", "fear"],
                    status="exact" if number % 2 else "unmatched",
                )
        return self

    def figure(self, key: dict, metric: str, value: float, n: int) -> None:
        """A figure of a set of clips, with its intervals."""
        self.add("metrics", **key, metric=metric, value=value, n=n)
        self.interval(key, metric, value, n)

    def interval(self, key: dict, metric: str, value: float, n: int) -> None:
        for unit, width in WIDTH.items():
            ends = {"low": value - width, "high": value + width, "n": n, "n_units": n}
            self.add("intervals", **key, metric=metric, unit=unit, value=value, **ends)

    def swept(self, run_id: str, system: str, threshold: float, f1: float) -> Speech:
        """Scores of a run under the variant of the rule with another threshold."""
        key = {"run_id": run_id, "system": system, "extraction": "zzz_0.40", "rank": 1}
        more = {"macro_f1": f1, **SCORES, "n": 4, "coverage": 1.0, "condition": "clip"}
        self.add("leaderboard", **key, **more)
        return self

    def compared(self, run_id: str, other: str, difference: float, differs: bool) -> Speech:
        """Both rows of a pair, for both units; by speakers nothing differs."""
        for one, two, sign in ((run_id, other, 1), (other, run_id, -1)):
            for unit, width in WIDTH.items():
                key = {"run_id": one, "other_run_id": two, "extraction": "zzz", "unit": unit}
                value = sign * difference
                ends = {"difference": value, "low": value - width, "high": value + width}
                real = {"differs": differs and unit == "clip", "p_adjusted": 0.01}
                self.add("comparisons", **key, **ends, **real, condition="clip", metric="macro_f1")
        return self

    def judged(self, system: str, dataset: str, verdict: str, **more: Any) -> Speech:
        row = {
            "source": "warehouse",
            "extraction": "zzz",
            "assessable": True,
            "because": f"the reasons of {system} on {dataset}",
            "public_before_system": "yes",
            "lexical_documented": "full",
            "lexical_state": "open",
            "remaining_reason": "no run on silence",
            "drop_reason": "no disturbed voice",
            "agreement_reason": "one temperature",
            "excess_reason": "too few systems",
        }
        self.add("contamination", **row | more, system=system, dataset=dataset, verdict=verdict)
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


def rich() -> Speech:
    """The usual runs with everything that the further marts may have of them."""
    speech = (
        usual()
        .swept("talker-0", "talker", 0.4, f1=0.55)
        .compared("talker-0", "talker-7", 0.18, differs=True)
        .compared("talker-0", "silent-0", 0.36, differs=True)
        .compared("talker-7", "silent-0", 0.03, differs=False)
        .judged("talker", "Real", "likely", excess=1.5, excess_low=0.4, excess_high=2.6)
        .judged("talker", "Other", "none", assessable=False)
        .judged("silent", "Real", "none", excess=-0.2, excess_low=-1.0, excess_high=0.6)
        .judged("printed", "Far", "possible", source="arXiv:1", extraction="theirs", excess=0.9)
    )
    for synthetic in (False, True):
        for extraction, status, n in (("aaa", "exact", 1), ("zzz", "exact", 3), ("zzz", "tie", 1)):
            key = {"run_id": "talker-0", "extraction": extraction, "synthetic": synthetic}
            speech.add("extraction_statuses", **key, dataset="Real", status=status, n=n)
    clip = {"system": "talker", "dataset": "Real", "extraction": "zzz", "clip_macro_f1": 0.6}
    speech.add("contamination_conditions", **clip, condition="silence", macro_f1=0.1, drop=0.5)
    speech.add("contamination_conditions", **clip, condition="noise", reason="no such run")
    for run_id, dropped in (("talker-0", ["Real"]), ("talker-7", ["Real"]), ("silent-0", [])):
        left = {"macro_f1": 0.5, "macro_f1_without": 0.5 - 0.2 * len(dropped)}
        key = {"run_id": run_id, "extraction": "zzz", "condition": "clip", "n": 9}
        speech.add(
            "leaderboard_without_flagged",
            **key,
            **left,
            macro_f1_difference=-0.2 * len(dropped),
            flagged_datasets=dropped,
        )
    for dimension, dataset, one, two, difference in (
        ("gender", None, "female", "male", 0.02),
        ("gender", None, "female", "other", -0.3),
        ("gender", "Real", "female", "male", 0.2),
        ("language", None, "German", "Urdu", 0.1),
    ):
        key = {"run_id": "talker-0", "extraction": "zzz", "metric": "macro_f1", "unit": "clip"}
        ends = {"difference": difference, "low": difference - 0.1, "high": difference + 0.1}
        groups = {"dimension": dimension, "group_name": one, "other_group": two}
        speech.add("gaps", **key, **ends, **groups, dataset=dataset)
    for dataset in (None, "Real"):
        key = {"run_id": "talker-0", "slice": "dataset" if dataset else "all", "dataset": dataset}
        speech.add("calibration", **key, ece=0.25 if dataset else 0.125, accuracy=0.5, n=4)
        for bin_ in (3, 9) if dataset else (9,):
            speech.add("reliability", **key, bin=bin_, mean_confidence=0.6, accuracy=0.5, n=2)
    for extraction, right in (("aaa", 0.25), ("zzz", 0.75), ("zzz_0.40", 0.5)):
        ends = {"correct_low": right - 0.2, "correct_high": right + 0.2}
        counts = {"n_collection": 50, "n": 4, "correct_rate": right}
        speech.add("extraction_readings", collection="c", extraction=extraction, **counts, **ends)
    number = {"document": "paper", "place": "Table 1", "metric": "macro_f1", "extraction": "zzz"}
    ours = {"run_id": "talker-0", "ours": 0.6, "low": 0.5, "high": 0.7, "inside": True}
    speech.add("published_comparison", **number, what="A", published=0.55, **ours)
    speech.add("published_comparison", **number, what="B", published=0.5, reason="no such clips")
    number["document"] = "other paper"
    speech.add("published_comparison", **number, what="C", published=0.5, reason="no such system")
    check = {"document": "paper", "place": "Table 1", "kind": "a sum", "relation": "equals"}
    speech.add("published_audit", **check, subject="a", verdict="agrees", arithmetic="1 + 1")
    speech.add("published_audit", **check, subject="b", verdict="contradicts", arithmetic="1 + 2")
    return speech


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
def test_every_view_runs_on_the_contract_of_the_marts_and_says_as_of_when(publish, view):
    publish(rich())
    app = opened(view)
    assert [error.value for error in app.error] == []
    assert [info.value for info in app.info] == []
    assert app.header
    assert len(app.dataframe) + len(charts(app)) > 0
    assert app.main.caption
    assert "as of 2026-01-01 00:00 UTC" in app.sidebar.caption[-1].value


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
    for layer in charts(app)[0]["layer"][:2]:
        assert "coverage" in json.dumps(layer["encoding"]["opacity"]["condition"])
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
        ("1", "talker v1", 0.0),
        ("2", "talker v2", 0.0),
        ("3", "silent", 0.0),
        ("4", "silent silent-t7", 0.7),
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
    names = data.leaderboard("zzz", False, "clip").set_index("run_id")["run"]
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
    if view in WITHOUT_RUNS:
        assert "make" in app.info[0].value
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


def legible(app: AppTest) -> str:
    """All text of a page, to look for a phrase in."""
    parts = (app.markdown, app.caption, app.info, app.warning, app.table)
    return "\n".join(str(one.value) for part in parts for one in part)


def test_a_rank_is_a_range_where_runs_do_not_really_differ(publish):
    speech = Speech().corpus("Real")
    speech.run("a", "one", 0.0, "Real", f1=0.6, ranks=(1, 2))
    speech.run("b", "two", 0.0, "Real", f1=0.5, rank=2, ranks=(1, 2))
    speech.run("c", "three", 0.0, "Real", f1=0.4, rank=3, ranks=(3, 3))
    speech.run("d", "four", 0.0, "Real", f1=0.3, rank=4, ranks=(1, 1))
    speech.run("e", "five", 0.0, "Real", f1=0.9, rank=None, coverage=0.5)
    speech.tables["leaderboard"][1]["macro_f1_low"] = None
    database = publish(speech)
    board = table(opened())
    assert list(board["ranks"].fillna("-")) == ["1–2", "1–2", "3", "4", "-"]
    assert [row[1] for row in in_terminal(database)] == ["1–2", "1–2", "3", "4", None]
    assert [row[5] for row in in_terminal(database)] == [
        *(None, "0.40–0.60", "0.30–0.50", "0.20–0.40", "0.80–1.00")
    ]
    assert board["interval"][1] == "0.400 to 0.600"


def test_every_condition_has_a_board_of_its_own_and_the_terminal_shows_clips(publish):
    speech = usual().run("deaf", "talker", 0.0, "Real", f1=0.3, condition="silence")
    database = publish(speech)
    app = opened()
    assert set(table(app)["run_id"]) == {"talker-0", "talker-7", "silent-0"}
    condition = widget(app.selectbox, "Condition")
    assert (condition.value, condition.options) == ("clip", ["clip", "silence"])
    condition.set_value("silence").run()
    assert list(table(app)["run_id"]) == ["deaf"]
    assert "silence" in app.main.caption[0].value
    assert set(table(at(app, "breakdown.py"))["run_id"]) == {"deaf"}
    assert len(in_terminal(database)) == 4
    publish(usual())
    assert not [box for box in opened().selectbox if box.label == "Condition"]


def test_whiskers_are_those_of_the_unit_that_is_chosen(publish):
    publish(usual())
    for by in ("all", *data.SLICES[:4]):
        metric = "f1" if by == "emotion" else "macro_f1"
        for unit, width in WIDTH.items():
            scores = data.scores(by, "zzz", False, ["talker-0"], metric, unit)
            assert len(scores) == (2 if by == "emotion" else 1)
            assert list(scores["low"]) == pytest.approx(list(scores[metric] - width))
            assert list(scores["high"]) == pytest.approx(list(scores[metric] + width))
    assert data.scores("all", "zzz", False, ["talker-0"], "no such", "clip")["low"].isna().all()
    app = opened("breakdown.py")
    rule = charts(app)[0]["layer"][0]["encoding"]
    assert (rule["x"]["field"], rule["x2"]["field"]) == ("low", "high")
    assert table(app)["interval"][0] == "0.510 to 0.710"
    widget(app.radio, "Interval over").set_value("speaker").run()
    assert table(app)["interval"][0] == "0.410 to 0.810"


def test_the_switch_shows_what_is_left_without_flagged_corpora(publish):
    publish(rich())
    app = opened()
    widget(app.toggle, "Without flagged corpora").set_value(True).run()
    board = table(app).set_index("run_id")
    assert list(board.index) == ["silent-0", "talker-0", "talker-7"]
    assert list(board["macro_f1_difference"]) == [0.0, -0.2, -0.2]
    assert list(board["flagged_datasets"]["talker-0"]) == ["Real"]
    assert not app.info
    widget(app.multiselect, "System").set_value(["silent"]).run()
    assert "nothing changes" in app.info[0].value
    publish(usual())
    app.run()
    assert "make build" in app.info[0].value
    assert not app.exception


def test_variants_of_a_sweep_are_no_extraction_to_choose(publish):
    publish(rich())
    app = opened()
    assert widget(app.selectbox, "Label extraction").options == ["zzz", "aaa", "probable"]


def test_an_extraction_that_reads_none_of_the_answers_says_so(publish):
    publish(usual())
    app = opened()
    widget(app.selectbox, "Label extraction").set_value("probable").run()
    assert "`probable` read no answers" in app.info[0].value
    assert not app.exception


def test_gaps_are_of_what_the_page_is_broken_down_by_the_widest_first(publish):
    publish(rich())
    app = opened("breakdown.py")
    widget(app.radio, "Scores per").set_value("gender").run()
    gaps = app.dataframe[1].value
    assert list(gaps["other_group"]) == ["other", "male"]
    assert list(gaps["excludes_0"]) == [True, False]
    widget(app.radio, "Interval over").set_value("speaker").run()
    assert "needs two groups" in app.info[0].value
    widget(app.radio, "Interval over").set_value("clip").run()
    widget(app.selectbox, "Metric").set_value("answered_rate").run()
    assert "Macro F1, Weighted F1, Accuracy, UAR" in app.info[0].value
    widget(app.radio, "Scores per").set_value("emotion").run()
    assert len(app.dataframe) == 1
    widget(app.radio, "Scores per").set_value("age_band").run()
    assert "age band" in app.info[0].value
    assert not app.dataframe


def test_age_bands_come_in_the_order_of_age(publish):
    speech = usual()
    for band in ("30-39", "60 and over", "under 18", "18-29"):
        key = {"run_id": "talker-0", "extraction": "zzz", "slice": "age_band", "age_band": band}
        speech.figure(key, "macro_f1", 0.5, 2)
    publish(speech)
    scores = data.scores("age_band", "zzz", False, ["talker-0"], "macro_f1", "clip")
    assert list(scores["age_band"]) == ["under 18", "18-29", "30-39", "60 and over"]


def test_pairs_that_really_differ_are_marked_and_a_lone_run_has_none(publish):
    publish(rich())
    app = opened("comparisons.py")
    pairs = table(app)
    assert list(zip(pairs["run_id"], pairs["other_run_id"], pairs["differs"], strict=True)) == [
        ("talker-0", "talker-7", True),
        ("talker-0", "silent-0", True),
        ("talker-7", "silent-0", False),
    ]
    real, chance, *_ = charts(app)[0]["layer"]
    assert real["transform"] == [{"filter": "datum.differs"}]
    assert real["encoding"]["color"]["field"] == "difference"
    assert chance["transform"] == [{"filter": "!datum.differs"}]
    widget(app.radio, "Draws over").set_value("speaker").run()
    assert not table(app)["differs"].any()
    widget(app.multiselect, "Temperature").set_value([0.7]).run()
    assert "at least two runs" in app.info[0].value
    assert not app.dataframe


def test_contamination_shows_verdicts_and_the_evidence_of_the_gravest_first(publish):
    publish(rich())
    app = opened("contamination.py")
    assert widget(app.selectbox, "System").value == "talker"
    assert widget(app.selectbox, "Dataset").options == ["Real: likely", "Other: not assessable"]
    text = legible(app)
    assert "the reasons of talker on Real" in text
    assert "+1.50 logits, 95 % interval +0.40 to +2.60" in text
    assert "unknown: no run on silence" in text
    heard = table(app).set_index("condition")
    assert heard["drop"]["silence"] == 0.5
    assert heard["reason"]["noise"] == "no such run"
    widget(app.selectbox, "Dataset").set_value("Other").run()
    assert "there is nothing to judge by" in legible(app)
    assert "unknown: too few systems" in legible(app)
    assert "on the clips alone" in app.info[0].value
    widget(app.selectbox, "Scores of").set_value("arXiv:1").run()
    assert widget(app.selectbox, "Dataset").options == ["Far: possible"]
    assert not app.dataframe
    widget(app.radio, "Speech").set_value(True).run()
    assert "real speech only" in app.info[0].value
    assert not charts(app)


def test_a_document_is_judged_whatever_extraction_is_chosen(publish):
    publish(rich())
    app = opened("contamination.py")
    widget(app.selectbox, "Label extraction").set_value("aaa").run()
    assert widget(app.selectbox, "Scores of").options == ["arXiv:1"]
    assert widget(app.selectbox, "System").value == "printed"


def test_published_numbers_stand_beside_ours_and_contradictions_come_first(publish):
    publish(rich())
    app = opened("published.py")
    numbers, checks = (frame.value for frame in app.dataframe)
    assert list(numbers["what"]) == ["A"]
    assert numbers["interval"][0] == "0.500 to 0.700"
    assert list(checks["arithmetic"]) == ["1 + 2"]
    assert "1 + 2" in legible(app)
    widget(app.toggle, "Show those without a figure of ours").set_value(True).run()
    assert list(app.dataframe[0].value["what"]) == ["A", "C", "B"]
    widget(app.selectbox, "Document").set_value("other paper").run()
    assert "none of the published systems" in app.info[0].value
    assert "No check was made" in app.info[1].value
    assert list(app.dataframe[0].value["reason"]) == ["no such system"]


def test_published_numbers_are_not_shown_beside_synthetic_speech(publish):
    publish(rich())
    app = opened("published.py")
    widget(app.radio, "Speech").set_value(True).run()
    assert "Choose real speech" in app.info[0].value
    assert not charts(app)
    assert [list(frame.value["arithmetic"]) for frame in app.dataframe] == [["1 + 2"]]


def test_extractions_are_compared_and_swept_and_held_against_the_reader(publish):
    publish(rich())
    read = data.read_by_extraction(False, "talker-0").set_index(["extraction", "status"])
    assert read["share"]["zzz", "tie"] == pytest.approx(1 / 4)
    assert read["share"]["aaa", "exact"] == pytest.approx(1)
    swept = data.sweep(False, ["talker-0"])
    assert list(zip(swept["threshold"], swept["macro_f1"], strict=True)) == [
        (0.4, 0.55),
        (0.57, 0.61),
    ]
    app = opened("extractions.py")
    assert len(charts(app)) == 3
    assert set(table(app)["extraction"]) == {"aaa", "zzz"}
    assert list(app.dataframe[1].value["extraction"]) == ["zzz", "aaa"]
    assert "4 of 50 of `c`" in app.warning[0].value
    widget(app.radio, "Metric").set_value("answered_rate").run()
    lines = charts(app)[1]["layer"][1]
    assert lines["encoding"]["y"]["field"] == "answered_rate"


def test_calibration_is_of_one_run_and_one_corpus_or_all(publish):
    publish(rich())
    app = opened("calibration.py")
    assert app.metric[0].value == "0.125"
    widget(app.selectbox, "Dataset").set_value("Real").run()
    assert app.metric[0].value == "0.250"
    assert len(data.reliability(False, "talker-0", "")) == 1
    bins = data.reliability(False, "talker-0", "Real")
    assert list(bins["bin_from"]) == pytest.approx([3 / 15, 9 / 15])
    widget(app.multiselect, "System").set_value(["silent"]).run()
    assert "log-probabilities" in app.info[0].value
    assert not charts(app)


@pytest.mark.parametrize(
    ("view", "advice"),
    {
        "comparisons.py": ["at least two runs"],
        "calibration.py": ["`inference/backend.py`"],
        "contamination.py": ["`make infer build`"],
        "published.py": ["`make build`"],
        "extractions.py": ["`make build`", "`is_sweep`", "`docs/readings.md`"],
    }.items(),
)
def test_a_page_whose_mart_is_empty_says_what_to_do(publish, view, advice):
    publish(usual())
    app = opened(view)
    assert len(app.info) == len(advice)
    assert all(word in info.value for word, info in zip(advice, app.info, strict=True))
    assert not app.error


def test_an_answer_is_explained_by_the_ratio_of_every_word_to_every_label(publish):
    speech = Speech().corpus("Real").run("talker-0", "talker", 0.0, "Real", clips=1)
    for row in speech.tables["predictions"]:
        row |= {"raw_text": "Very angry, so angry.", "status": "fuzzy"}
    publish(speech)
    ratios = data.why("So angry so.", ["anger", "fear"], 0.57).set_index(["word", "label"])
    assert list(ratios.index.unique("word")) == ["so", "angry"]
    assert ratios["ratio"]["angry", "anger"] == pytest.approx(0.8)
    assert list(ratios["counts"]) == [False, False, True, False]
    assert ratios["times"]["so", "fear"] == 2
    app = opened("answers.py")
    assert widget(app.selectbox, "Answer").options == ["Very angry, so angry."]
    assert "anger 1.600" in app.markdown[-1].value
    coloured = charts(app)[0]["layer"][0]
    assert coloured["transform"] == [{"filter": "datum.counts"}]
    assert coloured["encoding"]["color"]["field"] == "ratio"


def test_equal_answers_to_other_labels_are_told_apart_and_no_label_is_said(publish):
    speech = Speech().corpus("Real").run("talker-0", "talker", 0.0, "Real", clips=2)
    for row, labels in zip(
        speech.tables["predictions"], [["fear"], ["joy", "fear"]] * 2, strict=True
    ):
        row |= {"raw_text": "Nothing", "labels": labels}
    publish(speech)
    app = opened("answers.py")
    options = widget(app.selectbox, "Answer").options
    assert options == ["Nothing — of fear", "Nothing — of joy, fear"]
    assert "reads no label" in app.markdown[-1].value


def test_errors_have_nothing_to_explain(publish):
    speech = Speech().corpus("Real").run("talker-0", "talker", 0.0, "Real")
    for row in speech.tables["predictions"]:
        row |= {"raw_text": None, "labels": None, "status": "error"}
    publish(speech)
    app = opened("answers.py")
    assert "no answer to explain" in app.info[0].value
    assert len(app.dataframe) == 1


def test_every_page_shows_the_demo(demo_warehouse, monkeypatch):
    monkeypatch.setenv("SER_WAREHOUSE", str(demo_warehouse))
    st.cache_data.clear()
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    for synthetic in (True, False):
        widget(app.radio, "Speech").set_value(synthetic).run()
        for view in VIEWS:
            at(app, view)
            assert not app.error, (view, app.error)
            assert charts(app) or app.dataframe or app.info
    st.cache_data.clear()
