"""The 10,738 real answers, imported from files as a person would, and seen in the marts."""

import json

import duckdb
import pytest

from tests import real_answers
from tests.conftest import BUILD, dbt, python, shared, succeed

SENTIMENT = real_answers.Corpus("MELD-sentiment", ("negative", "neutral", "positive"), False)


def bring(warehouse, *arguments):
    return python(warehouse, "-m", "inference", "import", *arguments)


def jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """All real answers, imported from files as a person would; the answers and what was printed."""
    folder = shared("raw_outputs")
    root = tmp_path_factory.mktemp("imported")
    # The questions about sentiment, too: their clips have no emotion, and must be rejected.
    known = dict(real_answers.CORPORA)
    real_answers.CORPORA["meld_sentiment_test"] = SENTIMENT
    try:
        answers = real_answers.answers(folder)
    finally:
        real_answers.CORPORA.clear()
        real_answers.CORPORA.update(known)
    clips = {
        (a.corpus.name, a.clip): {
            "dataset": a.corpus.name,
            "original_path": a.clip,
            "emotion": a.gold,
            "labels": list(a.corpus.labels),
            "language": "English",
            "synthetic": a.corpus.synthetic,
        }
        for a in answers
    }
    listed = jsonl(root / "clips.jsonl", clips.values())
    file = jsonl(
        root / "answers.jsonl",
        [
            {
                "dataset": a.corpus.name,
                "original_path": a.clip,
                "raw_text": a.text,
                "system": a.model,
                "model_id": a.model,
                "prompt": a.run,
                "temperature": 0.0,
            }
            for a in answers
        ],
    )
    printed = [bring(root / "w", str(file), "--clips", str(listed)) for _ in range(2)]
    succeed(dbt(root / "w", *BUILD))
    connection = duckdb.connect(str(root / "w" / "building" / "ser.duckdb"), read_only=True)
    yield answers, printed, connection
    connection.close()


def test_all_real_answers_are_imported_once_and_those_about_emotion_count(real):
    answers, (first, second), connection = real
    assert len(answers) == 10_738
    assert "import: 10,738 answers stored, 0 already there" in first.stdout
    assert "import: 0 answers stored, 10,738 already there" in second.stdout
    assert "is no known emotion" in first.stderr
    about_emotion = [a for a in answers if a.corpus is not SENTIMENT]
    assert len(about_emotion) == 10_518
    counted = connection.execute(
        "select count(*) from predictions where extraction = 'cameo'"
    ).fetchone()[0]
    assert counted == 10_518


def test_the_marts_show_the_runs_the_clips_and_why_220_answers_do_not_count(real):
    answers, _, connection = real

    def ask(sql):
        return connection.execute(sql).fetchall()

    assert ask("select sum(clips), sum(errors) from runs") == [(10_738, 0)]
    assert ask("select count(*) from runs") == [(len({a.run for a in answers}),)]
    assert ask("select distinct has_audio, ingest_version from utterances") == [(False, "import")]
    rejected = {a.clip for a in answers if a.corpus is SENTIMENT}
    assert ask(
        "select dataset, reason, count(*) from rejects where detail like '%no known emotion' "
        "group by all"
    ) == [("MELD-sentiment", "unknown_label", len(rejected))]
    # A macro F1 that anyone can recount: what CAMEO's rule reads, per run and corpus.
    ((scored, least),) = ask("select count(*), min(n) from metrics_by_dataset where n > 0")
    assert scored > 0 and least > 0
    boards = ask("select count(distinct run_id) from leaderboard where extraction = 'cameo'")
    assert boards[0][0] == len({a.run for a in answers if a.corpus is not SENTIMENT})
    # Clips without audio are not alike for that, and nothing is known of their files.
    assert ask("select count(*) from duplicates") == [(0,)]
    assert ask("select what from corpus_audit where what not like '%published%'") == []
