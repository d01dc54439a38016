"""Clips whose answers were imported have no audio: trust and acoustics say nothing of it."""

from tests.conftest import python, succeed
from tests.test_import import SET, bring, jsonl
from tests.trust import ask, marts


def test_clips_without_audio_are_no_duplicates_of_each_other_and_are_not_measured(tmp_path):
    clips, answers = [], []
    for number in range(8):
        name = f"clip{number}.wav"
        emotion = ("anger", "sadness")[number % 2]
        facts = {"dataset": "Elsewhere", "original_path": name}
        clips.append(facts | {"emotion": emotion, "language": "English", "synthetic": False})
        answers.append(facts | {"raw_text": emotion})
    listed = jsonl(tmp_path / "clips.jsonl", clips)
    told = jsonl(tmp_path / "answers.jsonl", answers)
    succeed(bring(tmp_path / "w", told, "--clips", listed, *SET))
    done = succeed(python(tmp_path / "w", "-m", "ingest", "acoustics"))
    assert "0 clips measured, 0 already there, 0 failed" in done.stdout
    database = marts(tmp_path / "w")
    assert ask(database, "select * from duplicates") == []
    assert ask(database, "select what, found from corpus_audit where dataset = 'Elsewhere'") == []
