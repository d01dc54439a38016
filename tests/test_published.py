"""Published results as data: transcribed as printed, and bounded as an optimiser bounds them."""

import csv
import re
from collections import Counter

import duckdb
import numpy as np
from scipy.optimize import linprog

from tests.conftest import ROOT, shared

SEEDS = ROOT / "dbt_project" / "seeds" / "published"


def rows(seed, **wanted):
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def printed(document, place):
    return [row["printed"] for row in rows("published_results", document=document, place=place)]


def numbers_between(text, start, end):
    """All decimals of the lines of a table, in the order of reading."""
    table = text[text.index(start) : text.index(end, text.index(start))]
    lines = [line for line in table.splitlines() if "\t" in line]
    return [
        cell for line in lines for cell in line.split("\t") if re.fullmatch(r"\d+\.\d+|\d\d", cell)
    ]


def test_cameos_tables_are_transcribed_cell_by_cell():
    text = next(shared("seeds").glob("001_*")).read_text(encoding="utf-8")
    for place, start in (("Table 4", "Model\tBengali"), ("Table 5", "Model\tanger")):
        assert numbers_between(text, start, place) == printed("cameo", place)
    assert numbers_between(text, "Model\tMacro F1", "Table 6.") == printed("cameo", "Table 6")
    ratios = [row["printed"] for row in rows("published_ratios")]
    assert ratios == numbers_between(text, "Noun\t", "Table 3") + numbers_between(
        text, "\tanger\tdisgust", "Fig. 1"
    )
    table = rows("published_corpora", document="cameo", place="Table 1")
    counts = {row["row_printed"]: row["clips"] for row in table}
    listed = re.findall(r"^(\S+) \[[\d, ]+\]\t\w+\t([\d ]+)$", text, re.MULTILINE)
    assert len(listed) == 13
    assert counts == {name: count.replace(" ", "") for name, count in listed}


def test_emoboxs_tables_are_transcribed_cell_by_cell_as_far_as_the_text_is_whole():
    text = next(shared("seeds").glob("002_*")).read_text(encoding="utf-8")
    cells = numbers_between(text, "Table 4:", "Speaking of the parameters")
    # The text ends within a cell: 54 is no number of the table.
    assert cells.pop() == "54"
    seed = [value for value in printed("emobox", "Table 4") if value]
    assert Counter(cells) == Counter(seed) and len(cells) == 918
    cut_off = rows("published_results", document="emobox", place="Table 4", value="")
    assert len(cut_off) == 42 and all("cut off" in row["note"] for row in cut_off)
    table = rows("published_corpora", document="emobox", place="Table 1")
    by_name = {row["row_printed"]: row for row in table}
    listed = re.findall(r"^([^\t\n]+) \[\d+\]\t(.+)$", text, re.MULTILINE)
    assert len(listed) == 32
    for name, line in listed:
        _, _, emotions, speakers, clips, hours = line.split("\t")
        row = by_name[name]
        assert [row["emotions"], row["speakers"] or "/", row["clips"], row["hours"]] == [
            emotions,
            speakers,
            clips,
            hours,
        ]
    # Table 5 has two models side by side: compared as a bag.
    cross = numbers_between(text, "Table 5:", "Figure 1: Average")
    assert Counter(cross) == Counter(printed("emobox", "Table 5")) and len(cross) == 120


def test_label_counts_and_folds_are_those_of_the_published_lists():
    ids = shared("cameo", "file_ids_six_emotions.parquet")
    lists = shared("emobox", "utterances.parquet")
    with duckdb.connect() as connection:
        (n_ids,) = connection.execute(f"select count(*) from '{ids}'").fetchone()
        per_emotion = connection.execute(
            f"select emotion, count(*) from '{ids}' group by all"
        ).fetchall()
        memberships = connection.execute(
            f"""select split_part(part, '1', 1), count(*) from (
                    select regexp_extract(unnest(string_split(folds, ',')), '^[a-z]+') as part
                    from '{lists}' where folds != '' and dataset != 'esd'
                ) group by all"""
        ).fetchall()
    ours = [row for row in rows("published_label_counts") if row["source"].startswith("CAMEO")]
    assert sum(int(row["clips"]) for row in ours) == n_ids
    totals = Counter()
    for row in ours:
        totals[row["emotion"]] += int(row["clips"])
    assert totals == dict(per_emotion)
    parts = Counter()
    for row in rows("published_folds"):
        if row["dataset"] != "ESD":
            parts[row["part"]] += int(row["clips"])
    assert parts == dict(memberships)


def test_the_bounds_are_those_of_an_optimiser(demo_warehouse, query):
    ranges = query(
        demo_warehouse,
        """select emotion, sum(clips_min)::double, sum(clips_max)::double
        from intermediate.int_published_label_ranges group by all""",
    )
    clips = query(
        demo_warehouse,
        "select sum(clips) from published_corpora where document = 'cameo' and dataset is not null",
    )[0][0]
    fewest = {emotion: low for emotion, low, _ in ranges}
    most = {emotion: high for emotion, _, high in ranges}
    f1s = query(
        demo_warehouse,
        """select model, emotion, value + half_unit, value - half_unit
        from intermediate.int_published_numbers
        where document = 'cameo' and metric = 'f1' and model is not null""",
    )
    bounds = query(
        demo_warehouse,
        """select subject, found_high from published_audit
        where kind = 'accuracy within what the F1s allow'""",
    )
    assert len(bounds) == 4
    for subject, bound in bounds:
        of_model = [(e, high) for model, e, high, _ in f1s if model == subject.split()[0]]
        # Hits h and predictions P of each emotion, and hits of emotions without an F1.
        k = len(of_model)
        objective = -np.r_[np.ones(k), np.zeros(k), 1]
        constraints, limits = [], []
        for i, (emotion, f1) in enumerate(of_model):
            row = np.zeros((2, 2 * k + 1))
            row[:, i], row[0, k + i], row[1, k + i] = 1, -f1 / 2, -1
            constraints += [*row]
            limits += [f1 * most[emotion] / 2, 0]
        constraints.append(np.r_[np.zeros(k), np.ones(k + 1)])
        limits.append(clips)
        unknown = clips - sum(fewest[emotion] for emotion, _ in of_model)
        ends = [(0, most[e]) for e, _ in of_model] + [(0, None)] * k + [(0, unknown)]
        best = linprog(objective, np.array(constraints), limits, bounds=ends)
        assert abs(-best.fun / clips - bound) < 1e-7, subject


def test_the_bound_of_a_corpus_lets_everything_pass_that_is_possible(demo_warehouse, query):
    (bound,) = query(
        demo_warehouse,
        """select found_high from published_audit
        where kind = 'macro F1 of a corpus within what the F1s allow'
            and subject = 'Qwen2-Audio on CREMA-D'""",
    )[0]
    emotions = query(
        demo_warehouse,
        """select n.value + n.half_unit, sum(r.clips_max)::double,
            sum(r.clips_min) filter (where r.dataset = 'CREMA-D')::double,
            (n.value - n.half_unit) * sum(r.clips_min) / (2 - n.value + n.half_unit)
        from intermediate.int_published_numbers n
        join intermediate.int_published_label_ranges r using (document, emotion)
        where n.metric = 'f1' and n.model = 'Qwen2' group by n.value, n.half_unit, n.emotion""",
    )
    (clips,) = query(
        demo_warehouse,
        "select sum(clips) from published_corpora where document = 'cameo' and dataset is not null",
    )[0]
    budget = clips - sum(least for _, _, in_corpus, least in emotions if in_corpus is None)
    classes = [row for row in emotions if row[2] is not None]
    assert len(classes) == 6
    # Any hits that 41,265 predictions can buy, at random: none may exceed the bound, and the best
    # of them, improved step by step, comes close to it.
    random = np.random.default_rng(0)
    f1, support, in_corpus = (np.array([row[i] for row in classes]) for i in range(3))

    def score(hits):
        cost = np.maximum(hits, 2 * hits / f1 - support).sum()
        return np.mean(2 * hits / (in_corpus + hits)) if cost <= budget else -1.0

    best, reached = np.zeros(6), 0.0
    for step in range(40_000):
        width = in_corpus * (0.3 if step < 5_000 else 0.02)
        hits = np.clip(best + random.normal(0, 1, 6) * width, 0, in_corpus)
        found = score(hits)
        assert found <= bound + 1e-9
        if found > reached:
            best, reached = hits, found
    assert reached > bound - 0.01
