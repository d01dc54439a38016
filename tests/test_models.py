"""Audio language models in process: fast ways to an answer give the answer of the slow way.

Models are tiny and their weights random (SYNTHETIC: what they say means nothing), saved to a folder
and loaded by the code that loads the real ones. The clips are real speech where it is there.
"""

import base64
import dataclasses
import io
import math
import shutil

import numpy as np
import pytest
import soundfile as sf

from inference import settings
from inference.backend import Answer, Sampling
from inference.system import UNPINNED, System, registry
from tests.conftest import parquet_rows, python, succeed, write_emodb
from warehouse.errors import SerError

torch = pytest.importorskip("torch", reason="make setup-models")
transformers = pytest.importorskip("transformers", reason="make setup-models")

from inference.backends import sound_tokens as sound_tokens_backend  # noqa: E402
from inference.backends import transformers as transformers_backend  # noqa: E402
from inference.models import short_padding  # noqa: E402
from inference.models.answering import AudioLanguageModel, Together  # noqa: E402
from inference.models.generation import (  # noqa: E402
    CopiedBranches,
    Prefill,
    SharedBranches,
    decode,
    score,
)
from inference.models.loading import source  # noqa: E402
from inference.models.sampling import draw  # noqa: E402
from tests import tiny_models  # noqa: E402
from tests.slow_models import (  # noqa: E402
    LABELS,
    ROUNDING,
    SAMPLINGS,
    assert_silence_changes,
    asserted_alike_alone,
    clip,
    generated,
    label_logprob,
    real_clips,
    texts,
)

# Tests share the processors: threads that wait for each other would take a hundred times as long.
torch.set_num_threads(1)

HEARING = ("qwen2_audio", "seallms_audio", "audio_flamingo")
ALL = (*HEARING, "sound_tokens")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return {
        "qwen2_audio": tiny_models.qwen2_audio(folder / "qwen2_audio"),
        "seallms_audio": tiny_models.qwen2_audio(folder / "seallms_audio", grouped=True),
        "audio_flamingo": tiny_models.audio_flamingo(folder / "audio_flamingo"),
        "sound_tokens": tiny_models.sound_llama(folder / "sound_tokens"),
    }


@pytest.fixture(scope="module")
def load(folders):
    """Load a model as its registry entry would, by path."""

    def loaded(name, **options):
        options = {"model": name, "dtype": "float32", "path": str(folders[name]), **options}
        if name == "sound_tokens":
            options["tokeniser"] = "tests.tiny_models:loudness_codes"
            return sound_tokens_backend.load(options)
        return transformers_backend.load(options)

    return loaded


@pytest.fixture(scope="module")
def models(load):
    return {name: load(name) for name in ALL}


@pytest.fixture(params=ALL)
def model(request, models):
    return models[request.param]


@pytest.fixture(params=HEARING)
def hearing(request, models):
    return models[request.param]


@pytest.fixture(scope="module")
def clips():
    return real_clips()


# ---------------------------------------------------------------- fast = slow


def test_the_answers_depend_on_what_is_heard(model, clips):
    answers = model.answer(clips, SAMPLINGS)
    assert len({row[0].text for row in answers}) > len(clips) / 2
    assert_silence_changes(model, clips, answers)


def test_one_prefill_gives_the_answers_of_generate_called_per_clip_and_temperature(model, clips):
    wanted = [[generated(model, clip, sampling) for sampling in SAMPLINGS] for clip in clips]
    assert texts(model.answer(clips, SAMPLINGS)) == wanted


def test_a_batch_gives_what_a_single_clip_gives(model, clips):
    together = asserted_alike_alone(model, clips)
    backwards = model.answer(clips[::-1], SAMPLINGS)
    assert texts(together) == texts(backwards[::-1])


def test_an_answer_depends_on_its_own_sampling_alone(model, clips):
    together = model.answer(clips, SAMPLINGS)
    for column, sampling in enumerate(SAMPLINGS):
        alone = model.answer(clips, [sampling])
        assert [row[0].text for row in alone] == [row[column].text for row in together]
    other = model.answer(clips, [dataclasses.replace(SAMPLINGS[2], seed=2)])
    assert [row[0].text for row in other] != [row[2].text for row in together]


def test_label_scores_are_those_computed_one_by_one(model, clips):
    # Corpora offer different labels, and clips of several share a batch.
    mixed = [dataclasses.replace(c, labels=LABELS[: 2 + i]) for i, c in enumerate(clips)]
    for given, asked in zip(model.answer(mixed, SAMPLINGS), mixed, strict=True):
        wanted = [label_logprob(model, asked, label) for label in asked.labels]
        for answer in given:  # the same scores with every temperature
            assert np.allclose(answer.label_logprobs, wanted, rtol=0, atol=ROUNDING)
            assert max(answer.label_logprobs) < 0


def test_labels_differ_in_their_number_of_tokens(model):
    lengths = {len(model._tokens(label)) for label in LABELS}
    assert len(lengths) > 1
    assert max(lengths) > 1


def test_copies_of_the_cache_give_what_shared_branches_give(model, clips):
    answers = []
    for branches in (SharedBranches, CopiedBranches):
        read = model.prefill(clips)
        labels = [[model._tokens(label) for label in clip.labels] for clip in clips]
        scores = score(read, labels, branches)
        before = read.cache.get_seq_length()
        tokens = decode(read, [c.file_id for c in clips], SAMPLINGS, model.end_ids, branches)
        assert read.cache.get_seq_length() == before == read.mask.shape[1]
        answers.append((tokens, scores))
    assert answers[0][0] == answers[1][0]
    assert np.allclose(answers[0][1], answers[1][1], rtol=0, atol=ROUNDING)


# ---------------------------------------------------------------- short padding


def test_short_padding_gives_what_padding_to_30_seconds_gives(hearing, clips):
    lengths = [len(clip.samples) for clip in clips]
    most = short_padding.full_frames(hearing.encoder)
    assert short_padding.frames_for(lengths, most) < most / 4
    short, full = hearing.prefill(clips), hearing.prefill(clips, short=False)
    assert torch.equal(short.mask, full.mask)
    assert float((short.logits - full.logits).abs().max()) < ROUNDING


def test_short_padding_is_exact_at_every_length_and_keeps_the_margin_it_needs(
    hearing, clips, monkeypatch
):
    samples = np.concatenate([clip.samples for clip in clips])
    lengths = range(8000, 8000 + 16 * 160 + 1, 397)
    cut = [clip(str(length), samples[1000 : 1000 + length]) for length in lengths]

    def worst():
        differences = []
        for each in cut:
            short, full = hearing.prefill([each]), hearing.prefill([each], short=False)
            differences.append(float((short.logits - full.logits).abs().max()))
        return max(differences)

    assert worst() < ROUNDING
    # Without silence behind the clip its last frames are others: the comparison can tell.
    monkeypatch.setattr(short_padding, "MARGIN", 0)
    monkeypatch.setattr(short_padding, "MULTIPLE", 2)
    assert worst() > 10 * ROUNDING


def test_clips_that_fill_the_encoder_or_exceed_it_are_heard_as_always(load):
    model = load("qwen2_audio", max_seconds=2)
    noise = np.random.default_rng(0).standard_normal(5 * 16_000) * 0.1
    long, cut = clip("a", noise), clip("a", noise[:32_000])
    assert texts(model.answer([long], SAMPLINGS)) == texts(model.answer([cut], SAMPLINGS))
    assert model.notes == ["of longer clips only the first 2 s are heard"]


def test_thirty_seconds_are_heard_in_full(models):
    noise = np.random.default_rng(0).standard_normal(30 * 16_000) * 0.1
    answers = models["qwen2_audio"].answer([clip("long", noise)], SAMPLINGS[:1])
    assert all(math.isfinite(value) for value in answers[0][0].label_logprobs)


# ---------------------------------------------------------------- nothing inherited


def test_no_sampling_parameter_of_the_shipped_generation_config_reaches_an_answer(
    model, folders, clips
):
    shipped = transformers.GenerationConfig.from_pretrained(folders["qwen2_audio"])
    assert (shipped.top_k, shipped.repetition_penalty) == (2, 1.5)
    config = model.model.generation_config
    assert not config.do_sample
    for name in ("top_k", "top_p", "temperature", "repetition_penalty"):
        assert getattr(config, name) in (None, transformers.GenerationConfig().to_dict()[name])
    # At temperature 0.7 tokens beyond the two likeliest must come up.
    read = model.prefill(clips)
    seeds = [Sampling(0.7, seed, 1) for seed in range(20)]
    drawn = decode(read, [c.file_id for c in clips], seeds, model.end_ids)
    likeliest = read.logits.topk(2).indices.tolist()
    assert any(
        tokens and tokens[0] not in best
        for row, best in zip(drawn, likeliest, strict=True)
        for tokens in row
    )


def test_answers_end_at_the_tokens_of_the_model_and_at_those_that_the_entry_names(load, clips):
    plain, ended = load("qwen2_audio"), load("qwen2_audio", end_tokens=["<|im_start|>", "a"])
    names = plain.tokenizer.convert_ids_to_tokens(plain.end_ids)
    assert set(names) == {"<|im_end|>", "<|endoftext|>"}
    assert set(ended.end_ids) - set(plain.end_ids) == set(
        plain.tokenizer.convert_tokens_to_ids(["<|im_start|>", "a"])
    )
    # An answer ends before its end token, at every temperature and whatever the others do.
    read = plain.prefill(clips)
    whole = decode(read, [c.file_id for c in clips], SAMPLINGS, plain.end_ids)
    common = max(t for row in whole for tokens in row for t in tokens)
    cut = decode(read, [c.file_id for c in clips], SAMPLINGS, (*plain.end_ids, common))
    for row, short in zip(whole, cut, strict=True):
        for tokens, given in zip(row, short, strict=True):
            end = tokens.index(common) if common in tokens else len(tokens)
            assert given == tokens[:end]
    with pytest.raises(SerError, match="no end token <nope>"):
        load("qwen2_audio", end_tokens=["<nope>"])


def test_the_weights_are_in_evaluation_mode_and_in_the_recorded_number_format(model):
    assert not any(module.training for module in model.model.modules())
    assert {p.dtype for p in model.model.parameters()} == {torch.float32}


def test_draws_follow_the_probabilities_at_their_temperature():
    logits = torch.tensor([0.3, -1.0, 2.0, 0.0, -torch.inf])
    names = [f"clip {i}" for i in range(4000)]
    samplings = [Sampling(0.0), Sampling(0.5), Sampling(2.0)]
    drawn = draw(logits.expand(len(names), 3, -1), names, samplings, step=3)
    assert (drawn[:, 0] == 2).all()
    for column, sampling in ((1, samplings[1]), (2, samplings[2])):
        share = torch.bincount(drawn[:, column], minlength=5) / len(names)
        wanted = (logits / sampling.temperature).softmax(-1)
        assert float((share - wanted).abs().max()) < 0.025  # three standard errors
        assert share[4] == 0
    assert not torch.equal(drawn, draw(logits.expand(len(names), 3, -1), names, samplings, step=4))


def test_audio_reaches_a_chat_template_that_knows_text_only(load, models, clips):
    model = load("qwen2_audio", audio_as="placeholder", audio_token="<|AUDIO|>")
    model.tokenizer.chat_template = tiny_models.CHATML
    answers = model.answer(clips, SAMPLINGS)
    assert texts(answers) == [[generated(model, c, s) for s in SAMPLINGS] for c in clips]
    heard, wanted = (m.encode(clips, None) for m in (model, models["qwen2_audio"]))
    assert torch.equal(heard["input_features"], wanted["input_features"])


def test_audio_reaches_a_chat_template_that_wants_a_file(clips):
    class Processor:
        def apply_chat_template(self, conversations, **_):
            self.content = conversations[0][0]["content"]
            return {}

    processor = Processor()
    inputs = transformers_backend.ChatInputs(
        processor, torch.device("cpu"), torch.float32, "base64"
    )
    inputs(clips[:1], None)
    samples, rate = sf.read(io.BytesIO(base64.b64decode(processor.content[0]["base64"])))
    assert rate == 16_000
    assert np.abs(samples - clips[0].samples).max() < 2 / 2**15
    with pytest.raises(ValueError, match="audio_as"):
        transformers_backend.ChatInputs(processor, torch.device("cpu"), torch.float32, "tape")


# ---------------------------------------------------------------- transcript only


def test_without_audio_the_model_reads_the_text_alone(model, clips):
    silent = [dataclasses.replace(c, samples=None) for c in clips]
    mixed = [c for pair in zip(clips, silent, strict=True) for c in pair]
    answers = model.answer(mixed, SAMPLINGS)
    assert texts(answers[::2]) == texts(model.answer(clips, SAMPLINGS))
    # The same text to all, so the same likeliest answer; draws still depend on the clip.
    assert len({row[0].text for row in answers[1::2]}) == 1
    alone = model.answer(silent[:1], SAMPLINGS)
    assert texts(alone) == texts(answers[1:2])


# ---------------------------------------------------------------- fallbacks


def test_out_of_memory_halves_the_batch_and_goes_on(model, clips, monkeypatch):
    wanted = texts(model.answer(clips, SAMPLINGS))
    sizes, answer = [], AudioLanguageModel._answer

    def small(self, chunk, samplings):
        sizes.append(len(chunk))
        if len(chunk) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory (pretended)")
        return answer(self, chunk, samplings)

    monkeypatch.setattr(AudioLanguageModel, "_answer", small)
    monkeypatch.setattr(model, "most_clips", None)
    monkeypatch.setattr(model, "notes", [])
    assert texts(model.answer(clips, SAMPLINGS)) == wanted
    assert sizes == [5, 2, 2, 1]
    assert model.notes == ["out of memory with 5 clips at once: 2 from then on"]
    sizes.clear()
    model.answer(clips, SAMPLINGS)  # the size that works is remembered
    assert sizes == [2, 2, 1]


def test_a_single_clip_that_does_not_fit_is_an_error(models, clips, monkeypatch):
    def never(self, chunk, samplings):
        raise torch.OutOfMemoryError("CUDA out of memory (pretended)")

    monkeypatch.setattr(AudioLanguageModel, "_answer", never)
    monkeypatch.setattr(models["sound_tokens"], "most_clips", None)
    monkeypatch.setattr(models["sound_tokens"], "notes", [])
    with pytest.raises(torch.OutOfMemoryError):
        models["sound_tokens"].answer(clips, SAMPLINGS)


def test_a_model_that_can_do_everything_has_nothing_to_note(load):
    for name in ALL:
        assert load(name).notes == []


@pytest.mark.parametrize("can_be_merged", [True, False])
def test_what_a_model_cannot_do_is_done_in_another_way_and_noted(
    load, models, clips, monkeypatch, can_be_merged
):
    clips = [
        *clips,
        *(dataclasses.replace(c, samples=None, prompt=c.prompt * 2) for c in clips[:2]),
    ]
    clips[-1] = dataclasses.replace(clips[-1], prompt="Say what you think.")
    wanted = texts(models["qwen2_audio"].answer(clips, SAMPLINGS))
    original = AudioLanguageModel._read

    def careless(self, chunk, short):
        """A model that is wrong in a batch and with short padding."""
        read = original(self, chunk, short)
        if len(chunk) > 1 or (short and self.encoder is not None):
            read.logits = read.logits.flip(-1)
        return read

    monkeypatch.setattr(AudioLanguageModel, "_read", careless)
    if not can_be_merged:
        monkeypatch.setattr(Prefill, "can_be_cut", property(lambda _: False))
    monkeypatch.setattr(
        SharedBranches, "step", lambda *_: (_ for _ in ()).throw(ValueError("no 4-D mask"))
    )
    model = load("qwen2_audio")
    assert model.encoder is None
    way = Together.MERGED if can_be_merged else Together.NOT
    assert model.together == {True: way, False: way}
    assert model.branches is CopiedBranches
    short, batch, branches, read = model.notes
    assert short.startswith("no short padding: logits differ by ")
    way = "clips are heard one by one, and answered together"
    way_of_texts = "transcripts are read one by one, and answered together"
    why = "ValueError: no 4-D mask"
    if not can_be_merged:
        way, why = "no batches, one clip at a time", "the cache cannot be cut"
        way_of_texts = "no batches, one transcript at a time"
        assert batch.endswith("; ValueError: the cache of this class cannot be padded")
    assert batch.startswith(f"{way}: logits differ by ")
    assert read.startswith(f"{way_of_texts}: logits differ by ")
    assert branches == f"no shared branches, a copy of the cache per temperature: {why}"
    assert texts(model.answer(clips, SAMPLINGS)) == wanted


def test_a_cache_that_slides_is_not_cut(models, clips):
    read = models["qwen2_audio"].prefill(clips)
    assert read.can_be_cut
    layers = [type("DynamicSlidingWindowLayer", (), {})()]
    sliding = dataclasses.replace(read, cache=type("Cache", (), {"layers": layers})())
    assert not sliding.can_be_cut


# ---------------------------------------------------------------- which weights


OPTIONS = {"model": "someone/model", "system": "someone", "dtype": "float32"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_weights_that_nobody_pinned_are_not_loaded():
    with pytest.raises(SerError, match=r"no commit of someone/model is pinned.*SER_REVISION"):
        source({**OPTIONS, "revision": UNPINNED}, {})
    assert source({**OPTIONS, "revision": COMMIT}, {}).revision == COMMIT


def test_sixteen_bits_on_a_processor_are_refused_with_the_remedy():
    with pytest.raises(SerError, match=r"needs a GPU.*SER_DTYPE=float32"):
        source({**OPTIONS, "revision": COMMIT, "dtype": "bfloat16"}, {"SER_DEVICE": "cpu"})


def test_code_that_comes_with_weights_runs_only_pinned_and_with_the_users_word():
    options = {**OPTIONS, "remote_code": True}
    with pytest.raises(SerError, match="pinned"):
        source({**options, "revision": UNPINNED}, {"SER_TRUST_REMOTE_CODE": "1"})
    with pytest.raises(SerError, match="then say SER_TRUST_REMOTE_CODE=1"):
        source({**options, "revision": COMMIT}, {})
    with pytest.raises(SerError, match="then say SER_TRUST_REMOTE_CODE=1"):
        source({**options, "revision": COMMIT}, {"SER_TRUST_REMOTE_CODE": "no"})
    trusted = source({**options, "revision": COMMIT}, {"SER_TRUST_REMOTE_CODE": "1"})
    assert trusted.remote_code
    # The user's word alone is not enough where the entry does not ask for it.
    assert not source({**OPTIONS, "revision": COMMIT}, {"SER_TRUST_REMOTE_CODE": "1"}).remote_code


def test_code_in_a_folder_of_weights_does_not_run_by_itself(tmp_path):
    (tmp_path / "config.json").write_text(
        '{"model_type": "own", "auto_map": {"AutoConfig": "own.Config"}}'
    )
    ran = tmp_path / "ran"
    (tmp_path / "own.py").write_text(
        "from transformers import PretrainedConfig\n"
        f"open({str(ran)!r}, 'w').close()\n"
        "class Config(PretrainedConfig):\n    model_type = 'own'\n"
    )
    with pytest.raises(SerError, match="cannot be loaded"):
        transformers_backend.load({**OPTIONS, "path": str(tmp_path)})
    assert not ran.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**OPTIONS, "revision": COMMIT, "max_second": 30}, "unknown options max_second; known"),
        ({"system": "someone"}, "must name"),
        ({**OPTIONS, "revision": "files-0123"}, "SER_MODEL_PATH must be set on every machine"),
        ({**OPTIONS, "revision": COMMIT, "dtype": "int8"}, "'int8' is none of"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_line(options, message):
    with pytest.raises(SerError, match=message):
        transformers_backend.load(options)


def test_a_model_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(SerError, match=r"system someone: .*cannot be loaded") as caught:
        transformers_backend.load({**OPTIONS, "path": str(tmp_path)})
    assert "\n" not in str(caught.value)


def test_a_model_that_hears_through_an_adapter_is_refused_without_peft(folders, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    with pytest.raises(SerError, match="needs the package peft"):
        transformers_backend.load(
            {**OPTIONS, "path": str(folders["qwen2_audio"]), "adapter": "speech-lora"}
        )


def test_sound_tokens_need_something_that_makes_them(folders, monkeypatch):
    monkeypatch.delenv("SER_SOUND_TOKENISER", raising=False)
    options = {**OPTIONS, "path": str(folders["sound_tokens"])}
    with pytest.raises(SerError, match="SER_SOUND_TOKENISER=MODULE:FUNCTION"):
        sound_tokens_backend.load(options)
    with pytest.raises(SerError, match="sound tokeniser 'nowhere:make'"):
        sound_tokens_backend.load({**options, "tokeniser": "nowhere:make"})
    options["path"] = str(folders["qwen2_audio"])
    with pytest.raises(SerError):
        sound_tokens_backend.load({**options, "tokeniser": "tests.tiny_models:loudness_codes"})


def system(**changes):
    entry = System("Model-A", "1", "transformers", "a/b", UNPINNED, "one_word")
    return dataclasses.replace(entry, **{"options": {"dtype": "bfloat16"}, **changes})


def test_settings_become_part_of_the_entry_and_so_of_the_run():
    systems = {"model-a": system(), "other": system(name="other", options={})}
    found = settings.settled(systems, {"SER_REVISION": f"model_a={COMMIT}", "SER_DTYPE": "float32"})
    assert found["model-a"].model_revision == COMMIT
    assert found["model-a"].dtype == "float32"
    assert found["other"] == systems["other"]
    assert settings.settled(systems, {}) == systems


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SER_REVISION": "model-a=main"}, "'main' is no commit"),
        ({"SER_REVISION": "model-a"}, "is not SYSTEM=VALUE"),
        ({"SER_REVISION": f"modell-a={COMMIT}"}, "did you mean model-a"),
        ({"SER_DTYPE": "int8"}, "'int8' is none of"),
        ({"SER_MODEL_PATH": "model-a=/nowhere"}, "/nowhere holds no model"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_line(environment, message):
    with pytest.raises(SerError, match=message):
        settings.settled({"model-a": system()}, environment)


def test_a_local_copy_is_known_by_its_commit_or_by_its_files(folders, tmp_path):
    copy = shutil.copytree(folders["sound_tokens"], tmp_path / "copy")
    before = settings.fingerprint(folders["sound_tokens"])
    assert before.startswith("files-")
    assert settings.fingerprint(copy) == before
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    assert settings.fingerprint(copy) != before
    snapshot = shutil.copytree(folders["sound_tokens"], tmp_path / "snapshots" / COMMIT)
    assert settings.fingerprint(snapshot) == COMMIT


def test_of_large_files_blocks_are_read_from_end_to_end(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "_WHOLE", 1000)
    monkeypatch.setattr(settings, "_BLOCK", 10)
    (tmp_path / "config.json").write_text("{}")
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(5000))
    seen = {settings.fingerprint(tmp_path)}
    for place in (0, 4999):
        changed = bytearray(5000)
        changed[place] = 1
        weights.write_bytes(changed)
        seen.add(settings.fingerprint(tmp_path))
    assert len(seen) == 3


# ---------------------------------------------------------------- the registry


def test_every_system_names_its_weights_its_release_and_its_training_data():
    for entry in registry().values():
        assert entry.releases, entry.name
        assert entry.training_data, entry.name
        for fact in (*entry.releases, *entry.training_data):
            assert fact.statement
            assert fact.source
            assert fact.grade in ("A", "A-", "B", "C")
        if entry.backend == "transformers":
            assert entry.dtype == "bfloat16"
            revision = entry.model_revision
            assert revision == UNPINNED or settings._COMMIT.fullmatch(revision)
            assert not entry.options.get("remote_code")


def test_a_missing_package_is_one_line_with_the_remedy(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(SerError, match=r"needs the package torch.*make setup-models"):
        system().load()


def test_a_system_runs_from_the_command_line_on_a_local_copy(folders, tmp_path):
    warehouse = tmp_path / "warehouse"
    sources = write_emodb(tmp_path / "sources", 4)
    succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))
    command = ("-m", "inference", "run", "--systems", "qwen2-audio-7b-instruct")
    where = f"qwen2-audio-7b-instruct={folders['qwen2_audio']}"
    chosen = {"SER_MODEL_PATH": where, "SER_DTYPE": "float32", "SER_DEVICE": "cpu"}
    succeed(python(warehouse, *command, OMP_NUM_THREADS="1", **chosen))
    answers = parquet_rows(warehouse, "predictions", "raw_text, error, label_logprobs")
    assert len(answers) == 4 * 3
    assert all(
        text is not None and error is None and len(scores) == 7 for text, error, scores in answers
    )
    runs = parquet_rows(warehouse, "runs", "model_revision, backend_options")
    assert {revision for revision, _ in runs} == {settings.fingerprint(folders["qwen2_audio"])}
    assert all('"dtype": "float32"' in options for _, options in runs)


def test_an_answer_is_what_the_interface_says(models, clips):
    (row,) = models["qwen2_audio"].answer(clips[:1], SAMPLINGS)
    assert all(isinstance(answer, Answer) for answer in row)
    assert [len(answer.label_logprobs) for answer in row] == [len(LABELS)] * 3
    assert models["qwen2_audio"].answer([], SAMPLINGS) == []
