"""How fast labels are read, against a plain pass over the texts and against Python per row.

CAMEO's rule at 0.57, on a made-up grid of ten million answers with about a million distinct texts
(or a warehouse of your own). Every contestant has a process of its own and starts from the table
of answers that the warehouse's own models start from; what is too slow for all rows is run on a
random sample and scaled, and says so. The labels on all rows are then compared with a
plain reading of the paper, computed in Python once per distinct answer.
"""

from __future__ import annotations

import argparse
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import Levenshtein
import numpy as np
import pyarrow as pa
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from bench.grid import write_grid
from bench.measure import Measured, Timed, clock, measure, table
from bench.project import MODELS_ONLY, Project
from warehouse.errors import run_command
from warehouse.progress import bar
from warehouse.schema import LABEL_SEPARATOR

STAGED = "stg_predictions"
ANSWERS = "bench_answers"
"""The table that contestants start from: one row per run and clip with raw text and labels, and a
number: to copy the names of ten million runs and clips is no part of reading them."""
STORED = "stg_answers"
"""What our models start from; for the contest ANSWERS takes its place."""
RULES = "extractions"
READ = "int_extract__cameo"
"""The model with the labels of CAMEO's rule, one row per distinct answer."""
MART = "predictions"
OURS = "our SQL: labels per row"
EXTRACTION = "cameo"
THRESHOLD = 0.57
GRID_ROWS = 10_008_405
PYTHON_ROWS = 100_000
UDF_ROWS = 2_000_000
SAMPLE = "bench_sample"


def main() -> int:
    """Run the contest and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.extraction", description=__doc__)
    parser.add_argument("--rows", type=int, default=GRID_ROWS, help="answers (about so many)")
    parser.add_argument("--warehouse", type=Path, help="a warehouse that is there, instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ser-bench-") as folder:
        work = Path(folder)
        warehouse = arguments.warehouse
        if warehouse is None:
            warehouse = work / "warehouse"
            write_grid(warehouse, "ten-million", min(1.0, arguments.rows / GRID_ROWS))
        return contest(Project(warehouse.resolve(), work))


def contest(project: Project) -> int:
    """Run all contestants and the comparison; return 0 if all labels are equal."""
    project.dbt("build", "--select", f"+{STAGED}", f"+{STORED}", *MODELS_ONLY)
    stage(project)
    rows, texts, answers = counts(project)
    print(
        f"{rows:,} answers, {texts:,} distinct texts, {answers:,} distinct texts with labels; "
        f"CAMEO's rule at {THRESHOLD}",
        flush=True,
    )
    normalised = project.compiled("{{ normalise_text('raw_text') }}")
    answer_id = project.compiled(f"{{{{ answer_id('{ANSWERS}') }}}}")
    found: dict[str, tuple[Measured, int]] = {}

    def enter(name: str, entry: Measured, read: int) -> None:
        found[name] = entry, read
        print(f"  {name}: {entry}" + (f" for {read:,}" if read != rows else ""), flush=True)

    enter("floor: normalise and split every row", measure(floor, project, normalised), rows)
    whole = measure(by_dbt, project)
    enter("dbt: all extractions, mart of rows", whole, rows)
    enter(OURS, measure(by_sql, project, answer_id, "one"), rows)
    enter("our SQL, all ten thresholds at once", measure(by_sql, project, answer_id, "all"), rows)
    # Drawn apart, so that drawing is in nobody's memory.
    sampled = measure(draw, project).value
    enter("arrow UDF on every row", measure(by_udf, project), sampled)
    sample = min(sampled, PYTHON_ROWS)
    enter("Python loop, Levenshtein.ratio", measure(by_loop, project), sample)

    ours = found[OURS][0].seconds
    lines = []
    for name, (entry, read) in found.items():
        seconds = entry.seconds * rows / read
        lines.append(
            (
                name + (f" (of {read:,}, scaled)" if read != rows else ""),
                f"{seconds:.1f}",
                f"{entry.cpu_seconds * rows / read:.1f}",
                f"{rows / seconds:,.0f}",
                f"{seconds / ours:.2f}×",
                f"{entry.peak_bytes / 2**20:,.0f}",
            )
        )
    print("\n" + table(lines, ("", "seconds", "CPU s", "rows/s", "seconds / ours", "peak MiB")))
    print("\nslowest nodes of dbt:")
    print(table([(name, f"{s:.2f}") for name, s in whole.value[:10]], ("", "seconds")))
    wrong, compared = compare(project)
    print(
        f"\nlabels unlike the plain reading: {wrong['sql']} of {compared:,} rows by our SQL, "
        f"{wrong['mart']} of {compared:,} in the mart, "
        f"{wrong['udf']} of its sample by the UDF on every row"
    )
    return 1 if any(wrong.values()) else 0


def stage(project: Project) -> None:
    """Lay the answers that count down as one table."""
    with project.connect() as connection:
        connection.execute(
            f"create or replace table {ANSWERS} as "
            "select row_number() over () as answer, run_id, file_id, raw_text, labels "
            f"from {project.graph().relation(STAGED)}"
        )


def counts(project: Project) -> tuple[int, int, int]:
    """Return the numbers of answers, distinct texts, and distinct texts with labels."""
    with project.connect() as connection:
        return connection.execute(
            f"select count(*), count(distinct raw_text), count(distinct (raw_text, labels)) "
            f"from {ANSWERS}"
        ).fetchall()[0]


def floor(project: Project, normalised: str) -> int:
    """Normalise and split every row, keeping only the number of words."""
    with project.connect() as connection:
        return connection.execute(
            f"select sum(len(string_split({normalised}, ' '))) from {ANSWERS}"
        ).fetchall()[0][0]


def by_dbt(project: Project) -> list[tuple[str, float]]:
    """Build everything up to the mart; return the seconds of each node."""
    project.dbt("build", "--select", f"+{MART}", *MODELS_ONLY)
    return project.node_seconds()


def by_sql(project: Project, answer_id: str, variants: str) -> Timed:
    """Run the SQL of the models that lead to CAMEO's labels, and give every row its label.

    With `variants` "one" the seed has the published threshold only, with "all" the sweep as well.
    """
    graph = project.graph()
    chosen = f"extraction = '{EXTRACTION}'"
    statements = [graph.statement(name) for name in graph.between(STORED, READ)]
    statements.append(f"""
        create or replace table bench_labels as
        select {ANSWERS}.answer, extracted.label
        from {ANSWERS}
        left join (select * from {graph.relation(READ)} where {chosen}) as extracted
            on {answer_id} = extracted.answer_id
    """)
    stands_for = {graph.relation(STORED): f"(select * from {ANSWERS} where raw_text is not null)"}
    if variants == "one":
        stands_for[graph.relation(RULES)] = (
            f"(select * from {graph.relation(RULES)} where {chosen})"
        )
    with project.connect() as connection:
        # What Python loads once per process is no part of reading either.
        connection.execute("select label_ratios('a', 'b')").fetchall()
        with clock() as took:
            for statement in statements:
                for relation, stand_in in stands_for.items():
                    statement = statement.replace(f"from {relation}", f"from {stand_in}")
                connection.execute(statement)
    return Timed(None, took)


def by_udf(project: Project) -> Timed:
    """Give a sample its labels by a vectorised function of text and labels, row for row."""
    with project.connect() as connection:
        connection.create_function(
            "read_label",
            labels_of_batch,
            ["VARCHAR", "VARCHAR"],
            "VARCHAR",
            type="arrow",
            null_handling="special",
        )
        with clock() as took:
            connection.execute(
                "create or replace table bench_labels_of_udf as "
                f"select answer, read_label(raw_text, labels) as label from {SAMPLE}"
            )
    return Timed(None, took)


def by_loop(project: Project) -> Timed:
    """Read a sample in Python, row by row."""
    with project.connect() as connection:
        sample = connection.execute(
            f"select raw_text, labels from {SAMPLE} limit {PYTHON_ROWS}"
        ).fetchall()
    with clock() as took:
        for text, labels in sample:
            plain_reading(text, labels.split(LABEL_SEPARATOR))
    return Timed(None, took)


def draw(project: Project) -> int:
    """Make the table SAMPLE, random rows that have a text in random order; return how many."""
    with project.connect() as connection:
        connection.execute(
            f"create or replace table {SAMPLE} as "
            "select answer, raw_text, labels "
            f"from (select * from {ANSWERS} where raw_text is not null) "
            f"using sample reservoir({UDF_ROWS} rows) repeatable (1) "
            "order by hash(answer)"
        )
        return connection.execute(f"select count(*) from {SAMPLE}").fetchall()[0][0]


class _Kept(dict):
    """What becomes of a character: letters, marks, digits and _ stay, others become a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        keep = character == "_" or unicodedata.category(character)[0] in "LMN"
        self[code] = character if keep else " "
        return self[code]


KEPT = _Kept()


def words_of(text: str) -> list[str]:
    """Return the words of an answer, normalised."""
    return unicodedata.normalize("NFC", text).lower().translate(KEPT).split()


def plain_reading(text: str, labels: Sequence[str]) -> str | None:
    """Return the label that CAMEO's rule reads, as one would write it down from the paper."""
    words = words_of(text)
    best, best_score = None, 0.0
    for label in sorted(labels):
        score = 0.0
        for word in words:
            ratio = Levenshtein.ratio(word, label)
            if ratio >= THRESHOLD:
                score += ratio
        score = round(score, 9)
        if score > best_score:
            best, best_score = label, score
    return best


def labels_of_batch(texts: pa.ChunkedArray, labels: pa.ChunkedArray) -> pa.Array:
    """Return the label of each answer: all words of a batch against their labels at once."""
    found = np.full(len(texts), None, object)
    encoded = labels.combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    split = [words_of(text) for text in texts.to_pylist()]
    for code, joined in enumerate(encoded.dictionary.to_pylist()):
        names = np.array(sorted(joined.split(LABEL_SEPARATOR)), object)
        members = [i for i in np.flatnonzero(codes == code) if split[i]]
        if not members:
            continue
        ratios = cdist(
            [word for i in members for word in split[i]],
            names.tolist(),
            scorer=Indel.normalized_similarity,
            dtype=np.float64,
        )
        ratios[ratios < THRESHOLD] = 0.0
        lengths = np.array([len(split[i]) for i in members])
        scores = np.round(np.add.reduceat(ratios, np.cumsum(lengths) - lengths), 9)
        found[members] = np.where(scores.max(axis=1) > 0, names[scores.argmax(axis=1)], None)
    return pa.array(found, pa.string())


def compare(project: Project) -> tuple[dict[str, int], int]:
    """Return how many rows have a label unlike the plain reading, and how many rows there are.

    A row that is missing, or there twice, is one with a wrong label.
    """
    mart = project.graph().relation(MART)
    with project.connect() as connection:
        distinct = connection.execute(
            f"select distinct raw_text, labels from {ANSWERS} where raw_text is not null"
        ).to_arrow_table()
        read: list[str | None] = []
        with bar(len(distinct), "plain reading", "answer") as progress:
            for batch in distinct.to_batches(max_chunksize=20_000):
                pairs = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                read += [plain_reading(text, tuple(o.split(LABEL_SEPARATOR))) for text, o in pairs]
                progress.update(len(batch))
        reference = distinct.append_column("expected", pa.array(read, pa.string()))
        connection.register("reference", reference)
        connection.execute(
            f"create temp table expected as select answer, run_id, file_id, expected "
            f"from {ANSWERS} left join reference using (raw_text, labels)"
        )
        rows = connection.execute("select count(*) from expected").fetchall()[0][0]
        wrong = {}
        texts = connection.execute(f"select count(raw_text) from {ANSWERS}").fetchall()[0][0]
        for name, relation, key, expected in (
            ("sql", "bench_labels", "answer", rows),
            (
                "mart",
                f"(select * from {mart} where extraction = '{EXTRACTION}')",
                "run_id, file_id",
                rows,
            ),
            ("udf", "bench_labels_of_udf", "answer", min(texts, UDF_ROWS)),
        ):
            equal, seen = connection.execute(
                "select count(*) filter (where label is not distinct from expected), count(*) "
                f"from expected inner join {relation} using ({key})"
            ).fetchall()[0]
            wrong[name] = max(expected, seen) - equal
    return wrong, rows


if __name__ == "__main__":
    run_command(main)
