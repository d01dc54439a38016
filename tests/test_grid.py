"""The made-up grids that benchmarks run on hold what they promise, and dbt builds them."""

import json

import duckdb
import pytest

from bench.grid import CAMEO, GRIDS, TEMPERATURES, write_grid
from tests.conftest import build_and_publish, parquet_rows, python, shared, succeed
from warehouse.registry import slug

SCALE = 0.001


@pytest.mark.parametrize(
    ("grid", "clips", "answers"),
    [("cameo", 41_265, 495_180), ("ten-million", 303_285, 10_008_405)],
)
def test_a_whole_grid_has_as_many_clips_and_answers_as_it_says(grid, clips, answers):
    corpora, systems = GRIDS[grid]
    assert sum(corpus.clips for corpus in corpora) == clips
    assert clips * len(systems) * len(TEMPERATURES) == answers
    assert len({slug(corpus.name) for corpus in corpora}) == len(corpora)


def test_label_sets_are_those_that_cameo_published():
    published = json.loads(shared("cameo", "labels_by_split.json").read_text())
    ours = {slug(c.name).replace("é", "e"): list(c.labels) for c in CAMEO}
    assert ours == published


@pytest.mark.parametrize("grid", GRIDS)
def test_a_small_grid_builds_with_the_promised_counts(tmp_path, query, grid):
    corpora, systems = GRIDS[grid]
    sizes = {c.name: max(len(c.labels), round(c.clips * SCALE)) for c in corpora}
    runs = len(systems) * len(TEMPERATURES)
    command = ["-m", "bench.grid", str(tmp_path), "--grid", grid, "--scale", str(SCALE)]
    said = succeed(python(tmp_path, *command)).stdout
    assert f"{sum(sizes.values()) * runs:,} answers" in said
    build_and_publish(tmp_path)
    assert query(tmp_path, "select count(*) from runs") == [(runs,)]
    assert query(
        tmp_path,
        "select dataset, count(distinct file_id), count(distinct (run_id, file_id)), "
        "bool_and(synthetic) from predictions group by dataset order by dataset",
    ) == [(name, n, n * runs, True) for name, n in sorted(sizes.items())]
    truth = "select dataset, list_sort(list(distinct emotion)) as found from utterances group by 1"
    other = f"from corpora join ({truth}) using (dataset) where found is distinct from labels"
    assert query(tmp_path, f"select dataset {other}") == []


def test_equal_arguments_make_equal_rows_and_log_probabilities_are_some(tmp_path):
    write_grid(tmp_path / "a", scale=SCALE)
    write_grid(tmp_path / "b", scale=SCALE)
    columns = "run_id, file_id, labels, raw_text, error, label_logprobs"
    rows = parquet_rows(tmp_path / "a", "predictions", columns)
    assert rows == parquet_rows(tmp_path / "b", "predictions", columns)
    scored = [row for row in rows if row[5] is not None]
    assert scored
    for _, _, labels, _, _, scores in scored:
        assert len(scores) == len(labels.split("|"))
        assert sum(2.718281828459045**score for score in scores) == pytest.approx(1)


def test_a_grid_is_marked_as_synthetic_unless_one_asks_otherwise(tmp_path):
    write_grid(tmp_path / "a", scale=SCALE)
    write_grid(tmp_path / "b", scale=SCALE, as_real=True)
    for folder, synthetic in (("a", True), ("b", False)):
        found = parquet_rows(tmp_path / folder, "corpora", "distinct synthetic")
        assert found == [(synthetic,)]


def test_a_grid_is_never_mixed_with_another_warehouse(tmp_path):
    command = ["-m", "bench.grid", str(tmp_path), "--scale", str(SCALE)]
    succeed(python(tmp_path, *command))
    before = parquet_rows(tmp_path, "predictions", "count(*)")
    again = python(tmp_path, *command)
    assert again.returncode == 1
    assert "there is a warehouse already" in again.stderr
    assert parquet_rows(tmp_path, "predictions", "count(*)") == before


def test_most_texts_of_a_grid_are_rare_and_most_answers_are_not(tmp_path):
    write_grid(tmp_path, scale=0.02)
    with duckdb.connect() as connection:
        texts, rare, answers, common = connection.execute(
            "select count(*), count(*) filter (where n < 5), sum(n), sum(n) filter (where n >= 5) "
            "from (select raw_text, count(*) as n "
            f"from '{tmp_path}/predictions/**/*.parquet' group by 1)"
        ).fetchall()[0]
    assert rare > 0.5 * texts
    assert common > 0.5 * answers
