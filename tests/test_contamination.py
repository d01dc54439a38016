"""The rule for contamination, on systems of which it is known what they have seen."""

import csv
import itertools
import random
import re
import shutil
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats

from tests.conftest import BUILD, ROOT, filled, run, shared, succeed
from tests.test_metrics import TOLERANCE, reference
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

SEEDS = ROOT / "dbt_project" / "seeds" / "contamination"

# ---------------------------------------------------------------- simulated documents

CORPORA = {
    # A collection of the shape of CAMEO: five corpora of one language, two of another.
    **{
        f"english_{i}": ("English", n, k)
        for i, (n, k) in enumerate([(7442, 6), (1205, 8), (1257, 6), (2400, 10), (1440, 8)])
    },
    **{f"french_{i}": ("French", n, 7) for i, n in enumerate([936, 502])},
    **{
        f"single_{i}": (f"language_{i}", n, 6)
        for i, n in enumerate([6902, 862, 4481, 5442, 1396, 7000])
    },
}
SYSTEMS = tuple(f"system_{i}" for i in range(5))
SPREAD = 0.32
"""Standard deviation of a system's score on a corpus around the additive model, in logits: what
the published scores of CAMEO have (a test holds it to them)."""
WORLDS = 60
SEEN = 2.0
"""What having seen a corpus adds, in logits: from 0.3 to 0.76, say."""


def simulated_documents():
    """Worlds of every kind: rows of the two seeds, and which cells of which world are seen."""
    luck = np.random.default_rng(2026)
    kinds = {
        "clean": ((), "normal"),
        "heavy": ((), "student"),
        "one": (((0, "english_0"),), "normal"),
        "single": (((0, "single_0"),), "normal"),
        "language": (tuple((0, f"english_{i}") for i in range(3)), "normal"),
    }
    scores, seen = [], {}
    for kind, (cells, shape) in kinds.items():
        for world in range(WORLDS if kind != "clean" else 2 * WORLDS):
            document = f"{kind} {world}"
            seen[document] = {(SYSTEMS[s], d) for s, d in cells}
            able = luck.normal(0.3, 0.4, len(SYSTEMS))
            for d, (language, n, k) in CORPORA.items():
                easy = luck.normal(0, 0.4)
                for system, ability in zip(SYSTEMS, able, strict=True):
                    deviation = luck.normal() if shape == "normal" else luck.standard_t(4) / 2**0.5
                    score = ability + easy + SPREAD * deviation
                    score += SEEN * ((system, d) in seen[document])
                    p = 1 / (1 + np.exp(-score) * (k - 1))
                    p = luck.binomial(n, p) / n
                    scores.append((document, "cameo", system, "", d, language, p, "simulated"))
    corpora = [
        (document, d, *CORPORA[d], "simulated") for document, d in itertools.product(seen, CORPORA)
    ]
    return scores, corpora, seen


# ---------------------------------------------------------------- a simulated warehouse

LABELS = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")
CLIPS = 180
HEARD = {
    # Corpus: language, and the share of clips that a system of ability 0 gets right.
    "CREMA-D": ("English", 0.40),
    "RAVDESS": ("English", 0.45),
    "TESS": ("English", 0.50),
    "EMNS": ("English", 0.35),
    "eNTERFACE": ("English", 0.40),
    "EmoDB": ("German", 0.55),
    "CaFE": ("French", 0.40),
    "nEMO": ("Polish", 0.45),
    "SUBESCO": ("Bengali", 0.35),
    "EMOVO": ("Italian", 0.40),
    "Lonely": ("Latin", 0.90),
}
ABILITY = {"plain": 0.0, "able": 0.5, "weak": -0.5, "seer": 0.2, "reader": 0.1, "memoriser": 0.0}
MEMORISED = ("memoriser", "CREMA-D")
READ = (("reader", "eNTERFACE"), ("seer", "eNTERFACE"))
"""Pairs in which the words give the emotion away; only the reader was also run on transcripts."""


def share_right(system, dataset, condition):
    if condition == "transcript":
        return 0.97 if (system, dataset) in READ else 1 / len(LABELS)
    if condition == "silence":
        return 1 / len(LABELS)
    logit = np.log(HEARD[dataset][1] / (1 - HEARD[dataset][1])) + ABILITY[system]
    if (system, dataset) == MEMORISED:
        # What it remembers is the recording: disturbed, it is a clip like any other.
        logit = 3.2 if condition == "clip" else logit - 0.2
    elif (system, dataset) in READ:
        logit = 3.2
    elif condition != "clip":
        logit -= 0.2
    return 1 / (1 + np.exp(-logit))


def fill_warehouse(root):
    """Six systems on eleven corpora, at two temperatures, two of them under other conditions."""
    store, luck = Store(root), random.Random(7)
    clips = []
    for dataset, (language, _) in HEARD.items():
        store.replace(
            "corpora",
            dataset,
            filled("corpora", dataset=dataset, language=language, labels=list(LABELS)),
        )
        for number in range(CLIPS):
            clips.append(
                filled(
                    "utterances",
                    file_id=f"{dataset}-{number}",
                    original_path=str(number),
                    dataset=dataset,
                    language=language,
                    emotion=LABELS[number % len(LABELS)],
                    gender="female",
                )
            )
    store.append("utterances", clips)
    conditions = {"memoriser": ("noise", "pitch"), "reader": ("transcript", "silence")}
    for system in ABILITY:
        told = {}
        wanted = [("clip", 0.0), ("clip", 0.7)] + [(c, 0.0) for c in conditions.get(system, ())]
        for condition, temperature in wanted:
            run_id = f"{system}-{condition}-{temperature}"
            row = {"run_id": run_id, "system": system, "system_version": "1", "status": "finished"}
            row |= {"condition": condition, "temperature": temperature}
            store.replace("runs", run_id, filled("runs", **row))
            answers = []
            for clip in clips:
                if clip["dataset"] == "Lonely" and system != "reader":
                    continue
                key = clip["file_id"]
                sure = share_right(system, clip["dataset"], condition)
                # At the higher temperature some answers are given anew: fewer, where it is sure.
                if temperature and luck.random() > 0.5 * (1 - sure):
                    label = told[key]
                else:
                    right = luck.random() < sure
                    wrong = [label for label in LABELS if label != clip["emotion"]]
                    label = clip["emotion"] if right else luck.choice(wrong)
                if condition == "clip" and not temperature:
                    told[key] = label
                answers.append(
                    filled(
                        "predictions",
                        run_id=run_id,
                        file_id=key,
                        raw_text=label,
                        labels=LABEL_SEPARATOR.join(LABELS),
                        answered_at=datetime(2026, 1, 1, tzinfo=UTC),
                    )
                    | {"error": None}
                )
            store.append("predictions", answers)


def write_seed(project, name, header, rows):
    path = project / "seeds" / "contamination" / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as seed:
        csv.writer(seed).writerows([header.split(), *rows])


def stand_in(project, model, header, rows):
    """Let simulated rows take the place of what a model reads out of documents."""
    write_seed(project, f"simulated_{model}", header, rows)
    (path,) = project.rglob(f"{model}.sql")
    path.write_text(f"select * from {{{{ ref('simulated_{model}') }}}}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """The project on the simulated warehouse and documents: connection, and what was seen."""
    root = tmp_path_factory.mktemp("contamination")
    fill_warehouse(root / "data")
    project = shutil.copytree(
        ROOT / "dbt_project", root / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")
    )
    (root / "warehouse").symlink_to(ROOT / "warehouse")
    scores, corpora, seen = simulated_documents()
    stand_in(
        project,
        "int_contamination_published",
        "document extraction system temperature dataset language macro_f1 source",
        scores,
    )
    stand_in(
        project,
        "int_contamination_corpora",
        "document dataset language clips labels source",
        corpora,
    )
    with (SEEDS / "corpus_facts.csv").open(encoding="utf-8") as seed:
        facts = list(csv.reader(seed))[1:]
    write_seed(
        project,
        "corpus_facts",
        "dataset first_public date_source lexical_confound why source grade",
        facts + [(d, "", "", "none", "simulated", "simulated", "A") for d in CORPORA],
    )
    write_seed(
        project,
        "system_facts",
        "system model_id release_date date_source grade",
        [(system, system, "2026", "simulated", "A") for system in ABILITY],
    )
    write_seed(
        project,
        "training_declarations",
        "system dataset claim quote source grade",
        [("able", "EMOVO", "trained_on", "trained on EMOVO", "simulated", "A")],
    )
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, *BUILD, "--no-use-colors"]
    succeed(run(command, root / "data", project))
    database = str(root / "data" / "building" / "ser.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        yield connection, seen


def verdicts(connection, columns="verdict"):
    rows = connection.execute(
        f"select system, dataset, {columns} from contamination "
        "where source = 'warehouse' and extraction = 'cameo'"
    ).fetchall()
    return {row[:2]: row[2] if len(row) == 3 else row[2:] for row in rows}


# ---------------------------------------------------------------- what the rule does


def test_the_memorised_corpus_is_found_and_no_other(simulated):
    found = verdicts(simulated[0])
    flagged = {pair for pair, verdict in found.items() if verdict in ("likely", "declared")}
    assert flagged == {MEMORISED, ("able", "EMOVO")}
    assert found["able", "EMOVO"] == "declared"


def test_every_kind_of_evidence_points_at_the_memorised_corpus(simulated):
    excess, drop, sure, because = verdicts(
        simulated[0], "excess_low, extra_drop_low, extra_agreement_low, because"
    )[MEMORISED]
    assert min(excess, drop, sure) > 0
    for part in ("macro F1", "disturbing the voice", "the same label"):
        assert part in because


def test_words_that_tell_are_named_before_contamination(simulated):
    found = verdicts(simulated[0], "verdict, lexical_state, confound, transcript_macro_f1")
    verdict, state, confound, transcript = found["seer", "eNTERFACE"]
    assert (verdict, state, transcript) == ("possible", "open", None)
    assert "not ruled out" in confound
    verdict, state, confound, transcript = found["reader", "eNTERFACE"]
    assert (verdict, state) == ("none", "explains")
    assert f"{transcript:.2f}" in confound


def test_that_a_corpus_was_public_before_flags_nothing(simulated):
    rows = verdicts(simulated[0], "public_before_system, verdict")
    public = {pair: verdict for pair, (before, verdict) in rows.items() if before == "yes"}
    assert len(public) == 60
    suspected = {pair for pair, verdict in public.items() if verdict != "none"}
    assert suspected == {MEMORISED, ("able", "EMOVO"), ("seer", "eNTERFACE")}


def test_a_corpus_that_one_system_has_heard_cannot_be_assessed_and_is_not_flagged(simulated):
    verdict, assessable, because, macro_f1, transcript = verdicts(
        simulated[0], "verdict, assessable, because, macro_f1, transcript_macro_f1"
    )["reader", "Lonely"]
    # High, and far above what the words alone score: without an expectation that says nothing.
    assert macro_f1 > 0.85
    assert transcript < 0.3
    assert (verdict, assessable) == ("none", False)
    assert "too few other systems" in because


def test_a_condition_that_was_not_run_is_null_with_a_reason(simulated):
    rows = simulated[0].execute(
        "select system, condition, count(macro_f1), count(reason), count(*) "
        "from contamination_conditions where extraction = 'cameo' group by all"
    )
    for system, condition, scored, reasons, n in rows.fetchall():
        ran = {"memoriser": ("noise", "pitch", "perturbed"), "reader": ("transcript", "silence")}
        assert scored == (n if condition in ran.get(system, ()) else 0)
        assert scored + reasons == n


def test_the_leaderboard_without_flagged_corpora_equals_scikit_learns(simulated):
    connection, _ = simulated
    flagged = {p for p, v in verdicts(connection).items() if v in ("likely", "declared")}
    clips = defaultdict(list)
    for run_id, system, dataset, language, emotion, label in connection.execute(
        "select run_id, system, dataset, language, emotion, label from predictions "
        "where extraction = 'cameo'"
    ).fetchall():
        for slice_language in (None, language):
            clips[run_id, slice_language].append((emotion, label, (system, dataset) in flagged))
    metrics = ("macro_f1", "weighted_f1", "accuracy", "uar")
    columns = ", ".join(f"{m}, {m}_without, {m}_difference" for m in metrics)
    rows = connection.execute(
        f"select run_id, language, n, n_without, {columns} from leaderboard_without_flagged "
        "where extraction = 'cameo'"
    ).fetchall()
    assert {row[:2] for row in rows} == clips.keys()
    moved = 0
    for run_id, language, n, n_without, *values in rows:
        everything = reference([c[:2] for c in clips[run_id, language]])
        kept = [c[:2] for c in clips[run_id, language] if not c[2]]
        left = reference(kept) if kept else dict.fromkeys(metrics)
        assert (n, n_without) == (everything["n"], len(kept))
        for i, metric in enumerate(metrics):
            score, without, difference = values[3 * i : 3 * i + 3]
            assert score == pytest.approx(everything[metric], abs=TOLERANCE, rel=0)
            if not kept:
                assert (without, difference) == (None, None)
                continue
            assert without == pytest.approx(left[metric], abs=TOLERANCE, rel=0)
            assert difference == pytest.approx(without - score, abs=TOLERANCE, rel=0)
            moved += n != n_without and difference != 0
    assert moved > 0


# ---------------------------------------------------------------- how often it errs


def shares(simulated, kind):
    """Of the cells of a kind of world, seen or not: the share with each verdict."""
    connection, seen = simulated
    counts = {True: defaultdict(int), False: defaultdict(int)}
    for document, system, dataset, verdict in connection.execute(
        "select source, system, dataset, verdict from contamination where source like ?",
        [f"{kind} %"],
    ).fetchall():
        counts[(system, dataset) in seen[document]][verdict] += 1
    return {
        was_seen: {v: n / sum(found.values()) for v, n in found.items()}
        for was_seen, found in counts.items()
        if found
    }


@pytest.mark.parametrize(("kind", "most"), [("clean", 0.002), ("heavy", 0.01), ("one", 0.002)])
def test_what_was_not_seen_is_rarely_taken_for_seen(simulated, kind, most):
    found = shares(simulated, kind)[False]
    assert found.get("likely", 0) <= most
    # One side of a 95 % interval, and a little more for the second reference.
    assert found.get("likely", 0) + found.get("possible", 0) <= 0.03


@pytest.mark.parametrize(("kind", "least"), [("one", 0.85), ("single", 0.85)])
def test_what_was_seen_is_mostly_found(simulated, kind, least):
    assert shares(simulated, kind)[True]["likely"] >= least


def test_several_corpora_of_a_language_hide_each_other_but_not_from_all_languages(simulated):
    # Three of the five corpora of a language were seen: they are each other's reference.
    found = shares(simulated, "language")[True]
    assert found.get("likely", 0) < 0.5
    assert found.get("likely", 0) + found.get("possible", 0) >= 0.75


# ---------------------------------------------------------------- that it is computed as written


def plain_excess(cells, systems, places, system, place, own_score, own_se):
    """Fit score = system + place to the other cells by least squares; excess and interval."""
    keys = [(s, p) for s, p in itertools.product(systems, places) if (s, p) != (system, place)]
    design = np.zeros((len(keys), len(systems) + len(places)))
    for row, (s, p) in enumerate(keys):
        design[row, systems.index(s)] = design[row, len(systems) + places.index(p)] = 1
    values = np.array([cells[key] for key in keys])
    fit = np.linalg.lstsq(design, values, rcond=None)[0]
    new = np.zeros(design.shape[1])
    new[systems.index(system)] = new[len(systems) + places.index(place)] = 1
    df = len(keys) - np.linalg.matrix_rank(design)
    variance = np.sum((values - design @ fit) ** 2) / df
    leverage = new @ np.linalg.pinv(design.T @ design) @ new
    half = stats.t.ppf(0.975, df) * np.sqrt(variance * (1 + leverage) + own_se**2)
    excess = own_score - new @ fit
    return excess, excess - half, excess + half


def test_the_excess_is_that_of_a_least_squares_fit_without_the_pair(simulated):
    connection, _ = simulated
    for source in ("warehouse", "one 0", "heavy 1"):
        cells, languages, errors = {}, {}, {}
        for system, dataset, language, score, error in connection.execute(
            "select system, dataset, language, score, score_se from "
            "intermediate.int_contamination_cells where source = ? and extraction = 'cameo' "
            "and dataset != 'Lonely'",
            [source],
        ).fetchall():
            cells[system, dataset], languages[dataset] = score, language
            errors[system, dataset] = error
        systems = sorted({system for system, _ in cells})
        rows = connection.execute(
            "select system, dataset, reference, excess, excess_low, excess_high from "
            "intermediate.int_contamination_excess where source = ? and extraction = 'cameo'",
            [source],
        ).fetchall()
        assert len({row[:2] for row in rows}) == len(cells)
        for system, dataset, kind, *found in rows:
            places = [
                p
                for p in languages
                if kind == "all_languages" or languages[p] == languages[dataset]
            ]
            pair = system, dataset
            expected = plain_excess(cells, systems, places, *pair, cells[pair], errors[pair])
            assert found == pytest.approx(expected, abs=1e-4)


# ---------------------------------------------------------------- the published figures


def test_the_published_suspicions_are_found_with_their_confounds(demo_warehouse, query):
    rows = query(
        demo_warehouse,
        "select system, dataset, verdict, confound, lexical_state, public_before_system "
        "from contamination where source = 'arXiv:2505.11051'",
    )
    found = {(system.split("-")[0], dataset): rest for system, dataset, *rest in rows}
    assert found.keys() == {
        ("qwen2", "CREMA-D"), ("qwen2", "RAVDESS"), ("qwen2", "eNTERFACE"),
        ("ultravox", "eNTERFACE"), ("ultravox", "Oréau"),
    }  # fmt: skip
    for pair, (verdict, confound, state, before) in found.items():
        assert before == "yes"
        if pair in {("qwen2", "CREMA-D"), ("qwen2", "RAVDESS")}:
            assert (verdict, confound, state) == ("likely", None, "absent")
        else:
            assert (verdict, state) == ("possible", "open")
            assert confound.startswith("lexical (full), not ruled out")


def test_the_published_scores_spread_around_the_model_as_the_simulations_do(demo_warehouse, query):
    rows = query(demo_warehouse, "select spread from intermediate.int_contamination_excess")
    assert [spread for (spread,) in rows] == pytest.approx([SPREAD] * 5, abs=0.02)


def test_what_is_read_out_of_the_documents_is_the_papers_table_4_and_text(demo_warehouse, query):
    (paper,) = shared("seeds").glob("001_*.txt")
    text = paper.read_text(encoding="utf-8")
    table = text[text.index("Model\tBengali") : text.index("Table 4.")].splitlines()
    languages = table[0].split("\t")[1:-1]
    of_language = {}
    for line in table[1:]:
        name, *values = line.split("\t")
        for language, value in zip(languages, values, strict=False):
            of_language[re.split(r"\W", name)[0].lower(), language] = float(value)
    rows = query(
        demo_warehouse,
        "select system, dataset, language, macro_f1 from intermediate.int_contamination_published",
    )
    assert len(rows) == 4 * 8 + 5
    for system, dataset, language, macro_f1 in rows:
        assert language
        if dataset:
            assert f"{dataset} ({macro_f1:.2f})" in text
        else:
            assert of_language[system.split("-")[0], language] == macro_f1
