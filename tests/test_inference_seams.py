"""Where the job, its engines, the settings and the models meet: what one says reaches the other."""

import dataclasses
import os
import re
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from inference import __main__ as command_line
from inference import settings
from inference.asking import Asker, Facts, Task
from inference.backend import Answer, Backend, Clip, Sampling
from inference.backends import openai
from inference.clips import stored_clips, stored_datasets
from inference.engines import choose_engine
from inference.engines.processes import _seeing_gpu
from inference.run import Progress, runs_of
from inference.runner import FAILURES_IN_A_ROW, infer
from inference.system import System, registry
from tests.conftest import ROOT, parquet_rows
from tests.fakes import FakeSystem, fake_system
from warehouse.errors import SerError
from warehouse.store import Store


@dataclass(frozen=True)
class Scripted(FakeSystem):
    """A system whose backend is what a test makes."""

    make: Callable[[], Backend] | None = None

    def load(self):
        return self.make()


def scripted(make):
    return Scripted(**{**vars(fake_system()), "temperatures": (0.0,), "make": make})


@pytest.fixture
def ask(ingested):
    """Ask a system about the demo corpus in this process."""
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)

    def ask(make):
        return infer(store, scripted(make), datasets, clips)

    ask.errors = lambda: dict(
        row for row in parquet_rows(ingested, "predictions", "file_id, error") if row[1]
    )
    ask.ids = [row[0] for row in parquet_rows(ingested, "utterances", "file_id")]
    return ask


# ---------------------------------------------------------------- the job


def test_a_system_that_cannot_be_asked_does_not_keep_the_others_from_it(
    ingested, monkeypatch, capsys
):
    systems = {"fake": fake_system(cannot_load=True), "acoustic": registry()["acoustic"]}
    monkeypatch.setattr(command_line, "registry", lambda: systems)
    monkeypatch.setenv("SER_WAREHOUSE", str(ingested))
    asked = ["inference", "run", "--systems", "fake", "acoustic"]
    monkeypatch.setattr(sys, "argv", [*asked, "--conditions", "transcript", "clip"])
    assert command_line.main() == 1
    said = capsys.readouterr()
    assert "672 answers stored" in said.out
    lines = [line for line in said.err.splitlines() if line.startswith("error: ")]
    assert lines == [
        "error: no such model; get it",
        "error: system acoustic answers to audio only; leave out the condition transcript",
    ]
    # Nothing but trouble is one line, as ever.
    monkeypatch.setattr(sys, "argv", [*asked[:3], "fake"])
    with pytest.raises(SerError, match="no such model; get it"):
        command_line.main()


def test_clips_that_failed_before_are_asked_about_last(ask):
    order = []

    class Refuses:
        def __init__(self, ids):
            self.ids = set(ids)

        def answer(self, clips, samplings):
            order.extend(clip.file_id for clip in clips)
            if self.ids & {clip.file_id for clip in clips}:
                raise RuntimeError("no")
            return [["happy"]] * len(clips)

    with pytest.raises(SerError, match=f"{FAILURES_IN_A_ROW} clips in a row failed"):
        ask(lambda: Refuses(ask.ids))
    failed = set(ask.errors())
    assert len(failed) == FAILURES_IN_A_ROW
    order.clear()
    with pytest.raises(SerError, match="in a row failed"):
        ask(lambda: Refuses(failed))
    others = set(ask.ids) - failed
    assert set(order[: len(others)]) == others


def test_an_answer_that_no_utf8_can_store_is_an_error_of_its_clip(ask):
    class Torn:
        def answer(self, clips, samplings):
            return [["\ud83d" if c.file_id == ask.ids[5] else "happy"] for c in clips]

    assert ask(Torn).answers == 223
    half = "the answer holds half a character, which no UTF-8 can store"
    assert ask.errors() == {ask.ids[5]: half}


def test_whatever_a_backend_raises_while_it_loads_is_one_line_with_system_and_place():
    def load():
        raise MemoryError("CUDA out of\nmemory")

    task = Task(scripted(load), (Sampling(0.0),), "clip", 0)
    with pytest.raises(
        SerError, match=r"^system fake: .*MemoryError: CUDA out of\\nmemory \(.*py:"
    ):
        Asker(task)


def test_a_run_that_goes_on_with_other_packages_says_so():
    progress = Progress(runs_of(fake_system())[0], None, software={"torch": "1", "ray": "1"})
    for _ in range(2):
        progress.take(Facts("", (("torch", "2"), ("ray", "1"), ("numpy", "3"))))
    assert progress.notes == ["torch 1 for the first answers, 2 for later ones"]
    assert progress.software == {"torch": "2", "ray": "1", "numpy": "3"}


# ---------------------------------------------------------------- settings


def test_a_sound_tokeniser_decides_answers_so_it_is_part_of_the_run():
    entry = System(
        "ears", "1", "sound_tokens", "a/b", "0" * 40, "one_word", options={"dtype": "float32"}
    )
    ids = set()
    for tokeniser in ("a:b", "a:c", ""):
        found = settings.settled({"ears": entry}, {"SER_SOUND_TOKENISER": tokeniser})["ears"]
        ids.add(runs_of(found)[0].run_id)
    assert len(ids) == 3
    own = dataclasses.replace(entry, options={**entry.options, "tokeniser": "a:d"})
    found = settings.settled({"ears": own}, {"SER_SOUND_TOKENISER": "a:b"})["ears"]
    assert found == own


def test_a_local_copy_is_refused_for_a_system_that_loads_none_and_found_at_home(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "config.json").write_text("{}")
    systems = dict(registry())
    environment = {"SER_MODEL_PATH": "qwen2-audio-7b-instruct=~/copy"}
    found = settings.settled(systems, environment)["qwen2-audio-7b-instruct"]
    assert found.model_revision.startswith("files-")
    folder = settings.local_folder("qwen2-audio-7b-instruct", environment)
    assert folder == tmp_path / "copy"
    with pytest.raises(SerError, match="system acoustic loads no weights here"):
        settings.settled(systems, {"SER_MODEL_PATH": "acoustic=~/copy"})


def test_what_no_request_says_is_not_left_to_a_served_generation_config():
    for entry in registry().values():
        if entry.backend == "openai":
            assert entry.options["extra"] == {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0}


# ---------------------------------------------------------------- engines


def test_workers_share_out_gpus_unless_the_user_has_chosen_one_by_number(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    for device, seen in (("", "5"), ("cuda", "5"), ("cuda:1", "4,5")):
        monkeypatch.setenv("SER_DEVICE", device)
        with _seeing_gpu(3):
            assert os.environ["CUDA_VISIBLE_DEVICES"] == seen
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "4,5"


def test_a_cluster_gets_all_our_code_the_user_s_settings_and_no_data(monkeypatch):
    told = {}
    fake = types.SimpleNamespace(
        init=lambda **options: told.update(options), cluster_resources=lambda: {"CPU": 2.0}
    )
    monkeypatch.setitem(sys.modules, "ray", fake)
    monkeypatch.setenv("SER_DTYPE", "float32")
    engine = choose_engine("ray", 100)
    # More actors than there is room for would wait for ever with the batches they were given.
    assert engine.workers == 4
    environment = told["runtime_env"]
    assert environment["env_vars"]["SER_DTYPE"] == "float32"
    assert environment["excludes"] == ["data"]
    sent = {Path(folder).name: Path(folder) for folder in environment["py_modules"]}
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    for folder in sent.values():
        for path in folder.rglob("*.py"):
            imported = re.findall(r"^ *(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
            assert ours.intersection(imported) <= set(sent), path


# ---------------------------------------------------------------- HTTP


def test_the_patience_with_a_server_begins_when_it_goes(monkeypatch):
    """It worked on the request for longer than the patience, then it is restarted."""
    said = b'{"choices": [{"message": {"content": "Happy."}}]}'

    class Server:
        posts = 0

        def request(self, method, url, **_):
            if method == "POST":
                self.posts += 1
                if self.posts == 1:
                    time.sleep(0.3)
                    raise urllib3.exceptions.ProtocolError("Connection aborted")
            return urllib3.HTTPResponse(said, status=200, preload_content=True)

    server = Server()
    monkeypatch.setattr(urllib3, "PoolManager", lambda **_: server)
    monkeypatch.setattr(openai, "SHORTEST_WAIT_S", 0.01)
    backend = openai.load({"base_url": "http://127.0.0.1:9/v1", "model": "m", "patience_s": 0.2})
    clip = Clip("a", None, ("anger", "fear"), "Which?")
    assert backend.answer([clip], [Sampling(0.0)]) == [[Answer("Happy.")]]
    assert server.posts == 2
