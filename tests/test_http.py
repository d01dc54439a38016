"""Models over HTTP: against a server that misbehaves on purpose, and against a real one."""

import base64
import dataclasses
import io
import itertools
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import soundfile as sf

from inference import __main__ as command_line
from inference.backend import Clip, Sampling
from inference.backends import openai
from inference.clips import decoded, read_audio, stored_clips, stored_datasets
from inference.run import runs_of
from inference.runner import infer
from inference.system import System
from tests.conftest import parquet_rows, python
from tests.tiny_server import Server, free_port
from warehouse.errors import SerError
from warehouse.store import Store

ANSWERS = "run_id, file_id, labels, raw_text, error"
KEY = "sk-very-secret"


def system(url, **options):
    return System(
        name="tiny",
        version="1",
        backend="openai",
        model_id="tiny",
        model_revision="1",
        prompt="one_word",
        temperatures=(0.0,),
        max_new_tokens=8,
        batch_clips=16,
        options={"base_url": url, "model": "tiny", "patience_s": 0.5, **options},
    )


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(openai, "SHORTEST_WAIT_S", 0.01)


@pytest.fixture
def fake():
    """A server that answers as `fake.script` says; by default with a word."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self, status, body, headers=()):
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in (("Content-Length", str(len(data))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            fake.seen.append((self.path, dict(self.headers), None))
            self.reply(fake.greeting, {"data": []})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with fake.lock:
                fake.seen.append((self.path, dict(self.headers), body))
                step = fake.script.pop(0) if fake.script else None
            if step == "hang up":
                self.close_connection = True
                return
            if callable(step):
                step = step(body)
            if step is None:
                said = {"message": {"content": "Happy."}, "finish_reason": "stop"}
                step = (200, {"choices": [said]})
            self.reply(*step)

        def log_message(self, *_):
            pass

    class Fake:
        script, seen, greeting, lock = [], [], 200, threading.Lock()

        @property
        def posts(self):
            return [body for _, _, body in self.seen if body is not None]

    fake = Fake()
    fake.script, fake.seen = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fake.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield fake
    server.shutdown()
    server.server_close()


def clip(file_id="a", samples=None):
    return Clip(file_id, samples, ("anger", "fear"), "Which?")


def ask(fake, clips=None, temperatures=(0.0,), **options):
    backend = openai.load(system(fake.url, **options).options)
    return backend.answer(clips or [clip()], [Sampling(t) for t in temperatures])


def test_a_request_has_every_sampling_parameter_and_the_audio_as_it_is_stored(fake):
    samples = np.array([0, 1, -1, 12345, -32768, 32767], np.int16)
    heard = clip(samples=(samples / 32768).astype(np.float32))
    ask(fake, [heard], (0.7,), extra={"top_k": -1, "repetition_penalty": 1.0})
    (body,) = fake.posts
    audio, text = body.pop("messages")[0]["content"]
    wav, rate = sf.read(io.BytesIO(base64.b64decode(audio["input_audio"]["data"])), dtype="int16")
    assert (rate, list(wav)) == (16_000, list(samples))
    assert audio["input_audio"]["format"] == "wav"
    assert text == {"type": "text", "text": "Which?"}
    assert 0 <= body.pop("seed") < 2**31
    assert body == {
        "model": "tiny",
        "temperature": 0.7,
        "top_p": 1.0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "max_tokens": 32,
        "stream": False,
        "top_k": -1,
        "repetition_penalty": 1.0,
    }


def test_without_audio_the_prompt_goes_alone_and_every_request_has_its_own_seed(fake):
    ask(fake, [clip("a"), clip("b")], (0.0, 0.3))
    assert [len(body["messages"][0]["content"]) for body in fake.posts] == [1] * 4
    assert len({body["seed"] for body in fake.posts}) == 4
    again = {body["seed"] for body in fake.posts}
    fake.seen.clear()
    ask(fake, [clip("b"), clip("a")], (0.3, 0.0))
    assert {body["seed"] for body in fake.posts} == again


def test_answers_keep_their_order_whichever_comes_first(fake):
    def echo(body):
        if body["messages"][0]["content"][0]["text"] == "0":
            time.sleep(0.2)
        text = f"{body['messages'][0]['content'][0]['text']} at {body['temperature']}"
        return 200, {"choices": [{"message": {"content": text}}]}

    fake.script = [echo] * 12
    clips = [dataclasses.replace(clip(), prompt=str(n)) for n in range(6)]
    answers = ask(fake, clips, (0.0, 0.3))
    assert [[a.text for a in row] for row in answers] == [
        [f"{n} at 0.0", f"{n} at 0.3"] for n in range(6)
    ]


@pytest.mark.parametrize(
    "trouble", ["hang up", (500, {}), (503, {}), (429, {}), (429, {}, [("Retry-After", "0")])]
)
def test_what_may_pass_is_tried_again(fake, trouble):
    fake.script = [trouble, trouble]
    assert ask(fake)[0][0].text == "Happy."
    assert len(fake.posts) == 3


def test_the_server_says_how_long_to_wait(fake):
    fake.script = [(429, {}, [("Retry-After", "1")])]
    started = time.monotonic()
    ask(fake, request_s=30.0)
    assert time.monotonic() - started >= 1


def test_a_request_that_is_at_fault_is_not_repeated_and_costs_only_its_clip(fake):
    fake.script = [(400, {"error": "audio\ntoo long"})]
    first, second = ask(fake, [clip("a"), clip("b")], concurrency=1)
    assert str(first).startswith("HTTP 400: ") and "\n" not in str(first)
    assert second[0].text == "Happy."
    assert len(fake.posts) == 2


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ({"choices": []}, "no chat completion"),
        ({"choices": [{"message": {"content": None}, "finish_reason": "length"}]}, "no text"),
        (["what?"], "no chat completion"),
    ],
)
def test_what_is_no_answer_is_an_error_of_the_clip(fake, body, cause):
    fake.script = [(200, body)]
    assert cause in str(ask(fake)[0])


def test_a_clip_has_its_time_and_no_more(fake):
    fake.script = [lambda _: time.sleep(2)]
    started = time.monotonic()
    assert "no answer within 0.3 s" in str(ask(fake, request_s=0.3)[0])
    assert time.monotonic() - started < 1.5
    fake.script = [(503, {})] * 1000
    assert "HTTP 503" in str(ask(fake, request_s=0.3)[0])


def test_a_server_that_is_down_at_the_start_is_one_clear_line(ingested):
    url = f"http://127.0.0.1:{free_port()}/v1"
    with pytest.raises(SerError, match=r"no server answers \(.*refused\).*--server URL"):
        openai.load(system(url).options)


def test_the_key_comes_from_the_environment_and_is_stored_nowhere(ingested, fake, monkeypatch):
    keyed = system(fake.url, api_key_env="TINY_KEY")
    monkeypatch.delenv("TINY_KEY", raising=False)
    with pytest.raises(SerError, match="TINY_KEY is not set"):
        openai.load(keyed.options)
    monkeypatch.setenv("TINY_KEY", KEY)
    store, datasets, clips = opened(ingested)
    infer(store, keyed, datasets, dict(list(clips.items())[:3]))
    assert {headers["Authorization"] for _, headers, _ in fake.seen} == {f"Bearer {KEY}"}
    for path in ingested.rglob("*.parquet"):
        assert KEY.encode() not in path.read_bytes()
    row = next(row for row in parquet_rows(ingested, "runs", "system, backend_options, notes"))
    assert all(KEY not in str(row) for row in parquet_rows(ingested, "runs", "*"))
    assert row
    fake.greeting = 401
    with pytest.raises(SerError, match=r"refuses us \(HTTP 401\).*TINY_KEY"):
        openai.load(keyed.options)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"model": ""}, "options missing: model"),
        ({"temprature": 1}, "unknown: temprature"),
        ({"base_url": "localhost:8000"}, "must look like http://host:8000/v1"),
        ({"base_url": "http://me:secret@host/v1"}, "without a name or a key"),
    ],
)
def test_wrong_options_are_one_clear_line(options, complaint):
    with pytest.raises(SerError, match=complaint) as error:
        openai.load({**system("http://host/v1").options, **options})
    assert "secret" not in str(error.value)


def test_where_the_server_is_decides_no_answer_and_what_it_is_asked_does():
    base = {run.run_id for run in runs_of(system("http://a/v1"))}
    elsewhere = system("http://b/v1", concurrency=1, request_s=1.0, patience_s=9.0)
    assert {run.run_id for run in runs_of(elsewhere)} == base
    assert {run.run_id for run in runs_of(system("http://a/v1", extra={"top_k": 1}))} != base


def opened(warehouse):
    store = Store(warehouse)
    datasets = stored_datasets(store, [])
    return store, datasets, stored_clips(store, datasets)


def rows_of(warehouse, run_id):
    return [row for row in parquet_rows(warehouse, "predictions", ANSWERS) if row[0] == run_id]


def test_a_server_that_does_not_come_back_ends_the_job_and_nothing_is_lost(ingested, fake):
    store, datasets, clips = opened(ingested)
    asked = system(fake.url, concurrency=1)
    few = dict(list(clips.items())[:40])
    fake.script = [None] * 20 + ["hang up"] * 1000
    with pytest.raises(SerError, match=r"the server is gone .* run again to go on"):
        infer(store, asked, datasets, few)
    (run,) = runs_of(asked)
    before = rows_of(ingested, run.run_id)
    assert len(before) == 20  # also those of the batch in which it went
    assert all(row[4] is None for row in before)
    fake.script = []
    outcome = infer(store, asked, datasets, few)
    assert (outcome.answers, outcome.known) == (20, 20)
    rows = rows_of(ingested, run.run_id)
    assert len(rows) == len({row[1] for row in rows}) == 40
    (status,) = [
        row for row in parquet_rows(ingested, "runs", "run_id, status") if row[0] == run.run_id
    ]
    assert status[1] == "finished"


# ---------------------------------------------------------------- a real server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    for package in ("torch", "transformers"):
        pytest.importorskip(package, reason=f"{package} is not installed (make setup-models)")
    from tests import tiny_models

    folder = tmp_path_factory.mktemp("tiny")
    model = tiny_models.qwen2_audio(folder / "model")
    found = Server(model, free_port(), folder / "log")
    found.start()
    yield found
    found.kill()


def served(server, **options):
    return dataclasses.replace(
        system(server.url),
        options={
            "base_url": server.url,
            "model": str(server.model),
            "patience_s": 120.0,
            "concurrency": 4,
            **options,
        },
    )


def in_process(server, run, store, datasets, clips):
    """Return file id → text, by `generate` itself, one clip at a time."""
    import torch
    from transformers import AutoModelForMultimodalLM, AutoProcessor

    model = AutoModelForMultimodalLM.from_pretrained(server.model, dtype=torch.float32).eval()
    processor = AutoProcessor.from_pretrained(server.model)
    texts = {}
    for file_id, flac in read_audio(store, clips):
        labels = run.prompt.offered(datasets[clips[file_id].dataset].labels, file_id, 0)
        content = [
            {"type": "audio", "audio": decoded(flac)},
            {"type": "text", "text": run.prompt.fill(run.template, labels, None)},
        ]
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        )
        said = model.generate(
            **inputs, do_sample=False, max_new_tokens=8, repetition_penalty=1.0, top_p=1.0
        )
        texts[file_id] = processor.decode(
            said[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True
        )
    return texts


def test_a_real_server_answers_as_the_model_in_process_at_temperature_0(ingested, server):
    store, datasets, clips = opened(ingested)
    few = dict(list(clips.items())[::28])
    outcome = infer(store, served(server), datasets, few)
    assert (outcome.answers, outcome.errors) == (8, [])
    (run,) = runs_of(served(server))
    over_http = {row[1]: row[3] for row in rows_of(ingested, run.run_id)}
    assert len(set(over_http.values())) > 2  # it does hear the clips
    assert over_http == in_process(server, run, store, datasets, few)


def test_a_real_server_is_killed_and_restarted_in_mid_run_and_nothing_is_lost(
    ingested, server, monkeypatch
):
    store, datasets, clips = opened(ingested)
    few = dict(list(clips.items())[:60])
    (run,) = runs_of(served(server))
    undisturbed = infer(store, served(server), datasets, few)
    assert (undisturbed.answers, undisturbed.errors) == (60, [])
    expected = rows_of(ingested, run.run_id)
    for part in (ingested / "predictions" / run.run_id).glob("part-*"):
        part.unlink()

    mid_run, is_gone = threading.Event(), threading.Event()
    read, numbers = openai.OpenAIBackend._text, itertools.count(1)

    def read_or_wait(self, response):
        if next(numbers) >= 20:  # of 60; what is still on its way is lost
            mid_run.set()
            is_gone.wait(60)
        return read(self, response)

    monkeypatch.setattr(openai.OpenAIBackend, "_text", read_or_wait)
    done = {}
    job = threading.Thread(
        target=lambda: done.update(outcome=infer(store, served(server), datasets, few))
    )
    job.start()
    assert mid_run.wait(60)
    server.kill()
    is_gone.set()
    time.sleep(0.5)
    server.start()
    job.join(timeout=120)
    assert (done["outcome"].answers, done["outcome"].errors) == (60, [])
    assert rows_of(ingested, run.run_id) == expected


def test_a_server_for_a_system_that_needs_none_is_refused(ingested):
    done = python(ingested, "-m", "inference", "run", "--server", "http://127.0.0.1:1/v1")
    assert done.returncode == 1
    assert done.stderr == "error: system acoustic is not asked over HTTP; leave out --server\n"


def test_the_command_line_reaches_a_server(ingested, fake, monkeypatch, capsys):
    known = {"tiny": system("http://127.0.0.1:1/v1")}
    monkeypatch.setattr(command_line, "registry", lambda: known)
    monkeypatch.setenv("SER_WAREHOUSE", str(ingested))
    arguments = ["inference", "run", "--systems", "tiny", "--server", fake.url]
    monkeypatch.setattr(sys, "argv", arguments)
    assert command_line.main() == 0
    assert "224 answers stored" in capsys.readouterr().out
    assert len(fake.posts) == 224
