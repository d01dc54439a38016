"""What is odd about the real corpora at hand: found, named, and no harm done to any clip."""

from collections import Counter

import pytest

from tests.conftest import parquet_rows, python, shared, succeed

CLEAN = {
    **{"EmoDB": 206, "EMOVO": 24, "nEMO": 192, "RAVDESS": 94, "TESS": 61},
    **{"TurEV-DB": 110, "URDU": 74},
}


def ingested(root, folders):
    """Ingest `folders` (name → folder of the shared material); the warehouse and what was said."""
    sources = root / "sources"
    sources.mkdir()
    for name, parts in folders.items():
        (sources / name).symlink_to(shared("corpora", *parts))
    done = python(
        root / "warehouse", "-m", "ingest", "run", "--sources", str(sources), "--workers", "2"
    )
    return root / "warehouse", done


@pytest.fixture(scope="module")
def seven(tmp_path_factory):
    folders = {name.lower(): (name.lower(),) for name in CLEAN}
    warehouse, done = ingested(tmp_path_factory.mktemp("seven"), folders)
    succeed(done)
    return warehouse


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folders = {
        "crema-d": ("crema-d_pointers",),
        "emodb": ("tampered", "emodb"),
        "ravdess": ("tampered", "ravdess"),
    }
    return ingested(tmp_path_factory.mktemp("bad"), folders)


def test_every_file_of_the_seven_corpora_is_a_clip_of_its_corpus(seven):
    assert Counter(dataset for (dataset,) in parquet_rows(seven, "utterances", "dataset")) == CLEAN
    assert not parquet_rows(seven, "rejects", "original_path")


def test_aiff_under_the_name_of_wav_another_rate_and_a_missing_letter_are_read_as_they_are(seven):
    rows = parquet_rows(
        seven, "utterances", "dataset, original_path, source_format, source_rate_hz, speaker_id"
    )
    tess = {path.rsplit("/", 1)[1]: rest for dataset, path, *rest in rows if dataset == "TESS"}
    formats = {name for name, (form, _, _) in tess.items() if form.startswith("AIFF")}
    assert formats == {"YAF_germ_angry.wav", "YAF_neat_fear.wav"}
    assert {name for name, (_, rate, _) in tess.items() if rate != 24_414} == {"OAF_food_fear.wav"}
    assert tess["OAF_food_fear.wav"][1] == 96_000
    assert tess["OA_bite_neutral.wav"][2] == "tess_OAF"
    assert {speaker for _, _, speaker in tess.values()} == {"tess_OAF", "tess_YAF"}


def test_how_several_channels_became_one_is_recorded(seven):
    found = set(parquet_rows(seven, "utterances", "dataset, source_channels, downmix"))
    assert {row for row in found if row[1] != 1} == {
        ("EMOVO", 2, "channel_1"),
        ("RAVDESS", 2, "mean"),
    }
    assert {downmix for _, channels, downmix in found if channels == 1} == {"none"}


def test_speaker_ids_have_no_padding_and_are_unique_with_the_gender(seven):
    speakers = set(parquet_rows(seven, "utterances", "dataset, speaker_id, gender"))
    ids = {speaker for _, speaker, _ in speakers}
    assert all(speaker == "".join(speaker.split()) for speaker in ids)
    assert {"urdu_SF6", "urdu_SM6"} <= ids
    of_one_gender = {(dataset, speaker) for dataset, speaker, _ in speakers}
    assert len(of_one_gender) == len(speakers)


def test_equal_recordings_are_told_by_their_samples_under_whatever_name(seven):
    by_sound = {}
    for dataset, path, sound, label in parquet_rows(
        seven, "utterances", "dataset, original_path, pcm_sha256, raw_label"
    ):
        by_sound.setdefault(sound, []).append((dataset, path.rsplit("/", 1)[-1], label))
    assert [sorted(same) for same in by_sound.values() if len(same) > 1] == [
        [
            ("RAVDESS", "03-01-03-01-02-01-07.wav", "03"),
            ("RAVDESS", "03-01-03-01-02-02-07.wav", "03"),
        ]
    ]


def test_words_of_both_genders_of_labels_end_in_one_emotion(seven):
    rows = set(parquet_rows(seven, "utterances", "raw_label, emotion"))
    assert ("surprised", "surprise") in rows  # nEMO's one adjective beside nouns
    assert ("ps", "surprise") in rows


def test_a_chunk_before_the_samples_costs_none_of_them(seven):
    frames = parquet_rows(seven, "utterances", "dataset, source_frames / source_rate_hz")
    lengths = [length for dataset, length in frames if dataset == "RAVDESS"]
    # As EmoBox measured all 1,440: between 2.936 and 5.272 s.
    assert 2.93 < min(lengths) <= max(lengths) < 5.28


def test_pointers_and_altered_copies_are_rejected_by_name_and_none_is_a_clip(bad):
    warehouse, done = bad
    assert done.returncode == 1
    assert Counter(parquet_rows(warehouse, "rejects", "dataset, reason")) == {
        ("CREMA-D", "git_lfs_pointer"): 8,
        ("EmoDB", "altered_copy"): 6,
        ("RAVDESS", "altered_copy"): 3,
    }
    assert "git lfs pull" in done.stderr
    assert "published at 16,000 Hz: not the original" in done.stderr
    assert not parquet_rows(warehouse, "utterances", "original_path")
