"""Prompts are data: which labels are on offer, in which order, and what a prompt may know."""

import re
from collections import Counter

import pytest

from inference import prompt as prompts
from inference.clips import stored_clips, stored_datasets
from inference.conditions import CONDITIONS
from inference.prompt import Prompt, known_prompts, read_prompt
from inference.run import runs_of
from inference.runner import infer
from inference.system import registry
from tests.conftest import parquet_rows
from tests.fakes import fake_system
from warehouse.emotions import canonical_emotions
from warehouse.errors import SerError
from warehouse.schema import TABLES
from warehouse.store import Store

LABELS = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
BALANCED = Prompt("b", "{labels}")


@pytest.mark.parametrize("name", known_prompts())
def test_no_prompt_names_speaker_gender_age_or_language(name):
    prompt = read_prompt(name)
    for text in filter(None, (prompt.text, prompt.transcript)):
        # What can be filled in is the labels and what was said, and nothing else of a clip.
        fields = set(re.findall(r"{[^{}]*}", text))
        assert fields <= {"{labels}", "{transcript}"}
        assert not {column.strip("{}") for column in fields} & set(TABLES["utterances"].names)
        told = r"\b(fe)?male\b|\b(wo)?m[ae]n\b|\bgender|\bage\b|\bactor|\bactress|\blanguage\b"
        languages = "Bengali English French German Italian Polish Russian Spanish Turkish Urdu"
        assert not re.search(f"{told}|{languages.replace(' ', '|')}", text, re.IGNORECASE)


def test_what_a_model_is_sent_holds_nothing_that_is_known_of_the_speaker(ingested):
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    infer(store, fake_system(), datasets, stored_clips(store, datasets))
    sent = {row[0] for row in parquet_rows(ingested, "predictions", "raw_text")}
    columns = ("speaker_id", "gender", "language", "age", "original_path", "dataset")
    known = {
        str(value)
        for row in store.read("utterances", columns).to_pylist()
        for value in row.values()
        if value
    }
    assert {"female", "German", "demo"} <= known
    for text in sent:
        assert not [value for value in known if re.search(rf"\b{re.escape(value)}\b", text)]


def test_over_many_clips_every_label_is_in_every_place_equally_often():
    offered = [BALANCED.offered(LABELS, f"clip{n}", 0) for n in range(7000)]
    assert all(sorted(labels) == sorted(LABELS) for labels in offered)
    # As few lists as labels: answers stay few that are distinct.
    assert len(set(offered)) == len(LABELS)
    for place in range(len(LABELS)):
        counts = Counter(labels[place] for labels in offered)
        assert min(counts.values()) > 850 and max(counts.values()) < 1150


def test_the_order_depends_on_seed_labels_and_clip_alone():
    order = BALANCED.offered(LABELS, "clip", 0)
    assert order == BALANCED.offered(tuple(reversed(LABELS)), "clip", 0)
    lists = {
        frozenset(BALANCED.offered(LABELS, f"{n}", seed) for n in range(99)) for seed in (0, 1)
    }
    assert len(lists) == 2
    assert len({BALANCED.offered(LABELS, f"{n}", 0) for n in range(99)}) > 1


def test_labels_are_stored_as_offered_alike_at_all_temperatures_and_not_asked_again(ingested):
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)
    system = fake_system()
    infer(store, system, datasets, clips)
    rows = parquet_rows(ingested, "predictions", "file_id, labels, raw_text")
    assert len({row[1] for row in rows}) == 7
    assert len({row[:2] for row in rows}) == len(clips)
    for _, labels, text in rows:
        assert labels.replace("|", ", ") in text
    again = infer(store, system, datasets, clips)
    assert (again.answers, again.known) == (0, 448)


def test_all_17_labels_are_those_of_cameo_and_a_run_of_its_own(ingested):
    prompt = read_prompt("one_word_of_17")
    assert len(prompt.labels) == 17
    assert set(prompt.labels) <= canonical_emotions()
    assert sorted(prompt.offered(("anger",), "clip", 0)) == sorted(prompt.labels)
    assert prompt.text == read_prompt("one_word").text


def test_texts_labels_and_order_decide_the_run_and_old_ids_last():
    def run_id(prompt):
        (run,) = [r for r in runs_of(fake_system()) if r.sampling.temperature == 0]
        return type(run)(run.system, prompt, run.sampling, run.condition).run_id

    ids = {
        run_id(prompt)
        for prompt in (
            Prompt("a", "Which? {labels}"),
            Prompt("a", "Which one? {labels}"),
            Prompt("a", "Which? {labels}", order="as_listed"),
            Prompt("a", "Which? {labels}", labels=("anger", "fear")),
        )
    }
    assert len(ids) == 4
    assert run_id(Prompt("a", "Which? {labels}")) == run_id(Prompt("b", "Which? {labels}"))
    # The id that acoustic's greedy run had before orders and conditions were settings.
    first = runs_of(registry()["acoustic"])[0]
    assert first.run_id == ACOUSTIC


ACOUSTIC = "acoustic-v1-t0.0-09642882d4"


@pytest.mark.parametrize("said", ["{labels}", "{labels} {transcript}", "a } b { c"])
def test_what_was_said_is_filled_in_as_it_is(said):
    prompt = read_prompt("one_word")
    text = prompt.fill(prompt.transcript, ("anger", "fear"), said)
    assert f"“{said}”" in text
    assert text.count("anger, fear") == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('text = "Which?"', r"{labels} is missing"),
        ('text = "A {gender} voice: {labels}"', r"are {gender}, {labels}, not {labels}"),
        ('text = "{labels}"\ntranscript = "{labels}"', r"not {labels}, {transcript}"),
        ('text = "{labels}"\norder = "random"', "order is 'random'; it can be balanced"),
        ('text = "{labels}"\ntemperature = 1', "unexpected keyword argument 'temperature'"),
        ("text = ", "no TOML"),
        ("text = 3", "`text` is no text"),
        ('text = "{labels}"\nlabels = "all"', "labels are 'all'; write \"dataset\" or a list"),
        ('text = "{labels}"\nlabels = []', "labels are []; write"),
        ('text = "{labels}"\nlabels = ["fear", "fear"]', "each once"),
        ('text = "{labels}"\nlabels = ["fear", "angry"]', "label 'angry' is no known emotion; did"),
        ('text = "{labels}"\nlabels = ["fear", 1]', "label 1 is no known emotion"),
    ],
)
def test_a_prompt_that_says_too_much_or_too_little_is_one_clear_line(
    tmp_path, monkeypatch, content, complaint
):
    monkeypatch.setattr(prompts, "PROMPTS", tmp_path)
    (tmp_path / "mine.toml").write_text(content)
    with pytest.raises(SerError, match=re.escape(complaint)):
        read_prompt("mine")


def test_an_unknown_prompt_names_the_nearest():
    with pytest.raises(SerError, match="no prompt 'one_wrd': did you mean one_word"):
        read_prompt("one_wrd")


def test_every_prompt_can_be_asked_under_every_condition():
    for name in known_prompts():
        assert read_prompt(name).transcript is not None
    assert CONDITIONS["transcript"].change is None
