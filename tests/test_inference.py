"""The inference job: once per clip and run, whatever happens to it."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from inference.backend import Answer, Sampling, hashed_uniform
from inference.clips import stored_clips, stored_datasets
from inference.run import runs_of
from inference.runner import infer as run_system
from inference.system import System, registry
from tests.conftest import ROOT, dbt, filled, kill_at_random, parquet_rows, python, succeed
from warehouse.errors import SerError
from warehouse.schema import TABLES
from warehouse.store import Store

ANSWERS = "run_id, file_id, labels, raw_text, error"


def infer(warehouse, *arguments):
    return python(warehouse, "-m", "inference", "run", *arguments)


def test_every_clip_has_one_answer_per_temperature_and_the_run_says_how_it_came_about(
    demo_warehouse,
):
    answers = parquet_rows(demo_warehouse, "predictions", ANSWERS)
    assert len(answers) == 3 * 224
    assert len({row[:2] for row in answers}) == 3 * 224
    assert all(row[4] is None and row[3] for row in answers)
    runs = parquet_rows(
        demo_warehouse,
        "runs",
        "temperature, system, system_version, status, clips, errors, prompt_template, seed",
    )
    assert [row[0] for row in runs] == [0.0, 0.3, 0.7]
    for row in runs:
        assert row[1:6] == ("acoustic", "1", "finished", 224, 0)
        assert "{labels}" in row[6]
        assert row[7] == 0


def test_the_prompt_names_no_speaker_gender_or_language(demo_warehouse):
    template = registry()["acoustic"].template()
    for word in ("male", "female", "Polish", "speaker_id", "language", "age"):
        assert word not in template.replace("{labels}", "").replace("language model", "")


def test_a_second_run_does_nothing(demo_copy):
    before = {p: p.read_bytes() for p in demo_copy.rglob("*.parquet")}
    done = succeed(infer(demo_copy))
    assert "0 answers stored, 672 already there" in done.stdout
    assert {p: p.read_bytes() for p in demo_copy.rglob("*.parquet")} == before


def test_answers_of_one_temperature_that_are_lost_are_given_again_and_equal(demo_copy):
    before = parquet_rows(demo_copy, "predictions", ANSWERS)
    run = next(p for p in (demo_copy / "predictions").iterdir() if "t0.7" in p.name)
    for part in run.glob("part-*.parquet"):
        part.unlink()
    done = succeed(infer(demo_copy))
    assert "224 answers stored, 448 already there" in done.stdout
    assert parquet_rows(demo_copy, "predictions", ANSWERS) == before


SMALL_PARTS = (
    "import inference.runner as r; r.PART_ROWS = 11; import dataclasses, inference.system as s;"
    "real = s.registry(); small = dataclasses.replace(real['acoustic'], batch_clips=4);"
    "real['acoustic'] = small; import sys; sys.argv = ['inference', 'run'];"
    "from inference.__main__ import main; from warehouse.errors import run_command;"
    "run_command(main)"
)


def test_killed_anywhere_and_resumed_it_ends_as_if_never_interrupted(demo_copy, demo_warehouse):
    for part in (demo_copy / "predictions").rglob("part-*.parquet"):
        part.unlink()
    kill_at_random(SMALL_PARTS, [], demo_copy, "predictions", times=10)
    succeed(python(demo_copy, "-c", SMALL_PARTS))
    assert parquet_rows(demo_copy, "predictions", ANSWERS) == parquet_rows(
        demo_warehouse, "predictions", ANSWERS
    )


def test_ctrl_c_keeps_what_was_answered_and_says_so(demo_copy):
    for part in (demo_copy / "predictions").rglob("part-*.parquet"):
        part.unlink()
    slow = SMALL_PARTS.replace(
        "run_command(main)",
        "import time, inference.runner as r; old = r._batches;"
        "r._batches = lambda *a: (time.sleep(0.2) or b for b in old(*a)); run_command(main)",
    )
    job = subprocess.Popen(
        [sys.executable, "-c", slow],
        cwd=ROOT,
        env={**os.environ, "SER_WAREHOUSE": str(demo_copy)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list((demo_copy / "predictions").rglob("part-*")):
        assert job.poll() is None
        time.sleep(0.05)
    job.send_signal(signal.SIGINT)
    _, message = job.communicate(timeout=30)
    assert job.returncode == 130
    assert "what was written is kept; run again to go on" in message
    rows = parquet_rows(demo_copy, "predictions", ANSWERS)
    assert 0 < len(rows) < 672
    assert len({row[:2] for row in rows}) == len(rows)
    statuses = parquet_rows(demo_copy, "runs", "status")
    assert set(statuses) == {("interrupted",)}


def damage_one_clip(warehouse, audio):
    """Overwrite the audio bytes of one clip in the store; return its id and the part as it was."""
    part = next((warehouse / "utterances").rglob("part-*.parquet"))
    original = part.read_bytes()
    table = pq.read_table(part)
    rows = table.to_pylist()
    rows[5]["audio"] = audio
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), part)
    return rows[5]["file_id"], part, original


@pytest.mark.parametrize("audio", [{"bytes": b"fLaC but no more than that"}, None])
def test_an_unreadable_flac_is_an_error_row_and_a_line_and_is_answered_once_it_is_mended(
    demo_copy, audio
):
    for old in (demo_copy / "predictions").rglob("part-*.parquet"):
        old.unlink()
    file_id, part, original = damage_one_clip(demo_copy, audio)

    done = infer(demo_copy)
    assert done.returncode == 1
    assert "unreadable audio in the store" in done.stderr
    assert "python -m ingest run --again --corpora demo --sources FOLDER" in done.stderr
    rows = parquet_rows(demo_copy, "predictions", ANSWERS)
    assert len(rows) == 672
    errors = [row for row in rows if row[4] is not None]
    assert [row[1] for row in errors] == [file_id] * 3
    assert all(row[3] is None for row in errors)

    again = infer(demo_copy)  # tried again, and not stored twice
    assert again.returncode == 1
    assert parquet_rows(demo_copy, "predictions", ANSWERS) == rows

    part.write_bytes(original)
    succeed(infer(demo_copy))
    rows = parquet_rows(demo_copy, "predictions", ANSWERS)
    assert len(rows) == 675
    assert len([r for r in rows if r[1] == file_id and r[3] is not None]) == 3
    assert parquet_rows(demo_copy, "runs", "clips, errors") == [(224, 0)] * 3


def test_the_remedy_for_an_unreadable_flac_works(demo_copy):
    file_id, _, _ = damage_one_clip(demo_copy, {"bytes": b"no FLAC"})
    for old in (demo_copy / "predictions").rglob("part-*.parquet"):
        old.unlink()
    assert infer(demo_copy).returncode == 1
    succeed(python(demo_copy, "-m", "ingest", "run", "--again", "--corpora", "demo"))
    succeed(infer(demo_copy))
    answered = parquet_rows(demo_copy, "predictions", ANSWERS)
    assert len([r for r in answered if r[1] == file_id and r[3] is not None]) == 3
    succeed(dbt(demo_copy, "build"))


def test_a_lost_row_of_a_run_is_written_again_and_a_killed_one_is_put_right(demo_copy):
    rows = sorted((demo_copy / "runs").glob("acoustic-*.parquet"))
    rows[0].unlink()
    killed = pq.read_table(rows[1]).to_pylist()[0] | {"status": "running"}
    Store(demo_copy).replace("runs", killed["run_id"], killed)
    done = succeed(infer(demo_copy))
    assert "0 answers stored" in done.stdout
    assert parquet_rows(demo_copy, "runs", "status, clips") == [("finished", 224)] * 3


def test_clips_whose_corpus_got_other_labels_are_asked_about_again(demo_copy):
    store = Store(demo_copy)
    row = store.read("corpora", TABLES["corpora"].names).to_pylist()[0]
    store.replace("corpora", "demo", row | {"labels": [*row["labels"], "calm"]})
    done = succeed(infer(demo_copy))
    assert "672 answers stored, 0 already there" in done.stdout
    assert "0 answers stored, 672 already there" in succeed(infer(demo_copy)).stdout


def test_a_clip_whose_file_was_rejected_since_is_not_asked_about(demo_copy):
    store = Store(demo_copy)
    clip = store.read("utterances", ("dataset", "original_path")).to_pylist()[0]
    store.append("rejects", [filled("rejects", **clip, rejected_at=datetime.now(UTC))])
    assert "0 answers stored, 669 already there" in succeed(infer(demo_copy)).stdout


class Moody:
    """A backend that fails on some clips: by an exception, or by returning no text."""

    def __init__(self, refuses, returns_none):
        self.refuses, self.returns_none = set(refuses), set(returns_none)

    def answer(self, clips, samplings):
        if self.refuses & {clip.file_id for clip in clips}:
            raise RuntimeError("out of\nmemory")
        return [
            [None if clip.file_id in self.returns_none else "happy" for _ in samplings]
            for clip in clips
        ]


@pytest.fixture
def moody(demo_copy, monkeypatch):
    """Ask a moody backend about the demo corpus; return what became of it."""
    for part in (demo_copy / "predictions").rglob("part-*.parquet"):
        part.unlink()
    store = Store(demo_copy)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)

    def ask(refuses=(), returns_none=()):
        backend = getattr(ask, "backend", None) or Moody(refuses, returns_none)
        monkeypatch.setattr(System, "load", lambda _: backend)
        return run_system(store, registry()["acoustic"], datasets, clips)

    return list(clips), ask


def test_a_clip_on_which_the_backend_fails_costs_only_itself_and_is_tried_again(demo_copy, moody):
    ids, ask = moody
    outcome = ask(refuses=[ids[3], ids[40]], returns_none=[ids[7]])
    assert outcome.answers == 3 * 221
    errors = {row[1]: row[4] for row in parquet_rows(demo_copy, "predictions", ANSWERS) if row[4]}
    assert errors == {
        ids[3]: "the backend failed (RuntimeError: out of\\nmemory)",
        ids[40]: "the backend failed (RuntimeError: out of\\nmemory)",
        ids[7]: "the backend returned [None, None, None], not 3 texts",
    }
    assert len(outcome.errors) == 3
    assert ask().answers == 9
    assert parquet_rows(demo_copy, "runs", "status, clips, errors") == [("finished", 224, 0)] * 3


def test_log_probabilities_are_stored_beside_the_text_and_must_fit_the_labels(demo_copy, moody):
    ids, ask = moody

    class Sure:
        def answer(self, clips, samplings):
            return [
                [Answer("happy", (-1.0,) * (len(c.labels) - (c.file_id == ids[0])))]
                * len(samplings)
                for c in clips
            ]

    ask.backend = Sure()
    assert ask().answers == 3 * 223
    rows = parquet_rows(demo_copy, "predictions", "file_id, label_logprobs, error")
    assert {row[1:] for row in rows if row[0] == ids[0]} == {
        (None, "the backend returned 6 log-probabilities for 7 labels")
    }
    assert all(row[1] == [-1.0] * 7 for row in rows if row[0] != ids[0])


def test_a_backend_that_fails_on_everything_is_stopped_and_nothing_is_lost(demo_copy, moody):
    ids, ask = moody
    with pytest.raises(SerError, match=r"10 clips in a row failed; the backend failed .*memory"):
        ask(refuses=ids)
    assert len(parquet_rows(demo_copy, "predictions", ANSWERS)) == 30
    assert set(parquet_rows(demo_copy, "runs", "status")) == {("interrupted",)}
    assert ask().answers == 672


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--systems", "acustic"], "unknown system 'acustic': did you mean acoustic?"),
        (["--systems", ","], f"no system is named; known: {', '.join(registry())}"),
        (
            ["--corpora", "dem"],
            "unknown corpus in the warehouse 'dem': did you mean demo?; "
            "`make ingest` brings in others",
        ),
    ],
)
def test_a_wrong_request_is_answered_in_one_line(demo_copy, arguments, complaint):
    done = infer(demo_copy, *arguments)
    assert done.returncode == 1
    assert done.stderr == f"error: {complaint}\n"


def test_an_empty_warehouse_says_what_to_run_first(tmp_path):
    for chosen in ([], ["--corpora", "demo"]):
        done = infer(tmp_path, *chosen)
        assert done.returncode == 1
        assert "no clips to ask about; run `make ingest` first" in done.stderr


def test_a_run_is_its_settings():
    system = registry()["acoustic"]
    base = {run.run_id for run in runs_of(system)}
    assert base == {run.run_id for run in runs_of(system)}
    for change in (
        {"version": "2"},
        {"seed": 1},
        {"max_new_tokens": 8},
        {"model_revision": "abc"},
        {"options": {"x": 1}},
    ):
        other = {run.run_id for run in runs_of(dataclasses.replace(system, **change))}
        assert not base & other, change
    # How many clips go into a batch decides no answer, so it is no part of the identity.
    assert base == {run.run_id for run in runs_of(dataclasses.replace(system, batch_clips=1))}


def test_a_missing_backend_or_prompt_is_one_clear_error():
    system = registry()["acoustic"]
    with pytest.raises(SerError, match=r"backend 'nosuch' needs the package"):
        dataclasses.replace(system, backend="nosuch").load()
    with pytest.raises(SerError, match=r"no prompt 'nosuch': known: one_word"):
        dataclasses.replace(system, prompt="nosuch").template()


def test_the_hashed_uniform_is_uniform_and_depends_on_all_it_is_given():
    values = [hashed_uniform(f"clip{n}", Sampling(0.7), 0) for n in range(4000)]
    assert all(0 <= value < 1 for value in values)
    assert abs(sum(values) / 4000 - 0.5) < 0.02
    one = hashed_uniform("clip", Sampling(0.7, seed=0), 0)
    assert one == hashed_uniform("clip", Sampling(0.7, seed=0), 0)
    others = {
        hashed_uniform("clip2", Sampling(0.7), 0),
        hashed_uniform("clip", Sampling(0.3), 0),
        hashed_uniform("clip", Sampling(0.7, seed=1), 0),
        hashed_uniform("clip", Sampling(0.7), 1),
    }
    assert len(others | {one}) == 5
