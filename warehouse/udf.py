"""The functions that DuckDB borrows from Python; `warehouse.dbt_plugin` registers them for dbt.

They exist inside a build only: a view that called one would fail in every other client, so models
that do are tables. For people there is a macro in SQL, dbt_project/macros/indel_ratio.sql.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.sqltypes import BIGINT, DOUBLE, INTEGER, VARCHAR
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist
from threadpoolctl import threadpool_limits

from warehouse.apart import map_apart
from warehouse.bootstrap import (
    Cells,
    Differences,
    Pairs,
    SliceIntervals,
    compare,
    slice_intervals,
)
from warehouse.schema import LABEL_SEPARATOR

VOTE = {
    "place": (pa.int32(), INTEGER),
    "score": (pa.float64(), DOUBLE),
    "margin": (pa.float64(), DOUBLE),
}
INTERVAL = {
    "slice_id": (pa.int32(), INTEGER),
    "n_units": (pa.int64(), BIGINT),
    "metric": (pa.string(), VARCHAR),
    "emotion": (pa.int32(), INTEGER),
    "se": (pa.float64(), DOUBLE),
    "low": (pa.float64(), DOUBLE),
    "high": (pa.float64(), DOUBLE),
}
DIFFERENCE = {
    "a": (pa.int32(), INTEGER),
    "b": (pa.int32(), INTEGER),
    "metric": (pa.string(), VARCHAR),
    "difference": (pa.float64(), DOUBLE),
    "se": (pa.float64(), DOUBLE),
    "low": (pa.float64(), DOUBLE),
    "high": (pa.float64(), DOUBLE),
    "p_value": (pa.float64(), DOUBLE),
    "p_adjusted": (pa.float64(), DOUBLE),
}
"""Fields of the structs that functions return, for Arrow and for DuckDB."""

WORTH_PROCESSES = 200_000
"""Cells of counts from which on their intervals are worth the start of processes, half a second."""


def label_ratios(words: pa.ChunkedArray, labels: pa.ChunkedArray) -> pa.Array:
    """Return the Levenshtein ratio of each word to each of its candidate labels.

    The ratio is the indel ratio 2·LCS / (len(word) + len(label)), that is `Levenshtein.ratio`;
    it reproduces CAMEO's Table 3 and Figure 1.

    Args:
        words: strings, shape (n,).
        labels: per word its labels in one string joined by "|", shape (n,). (A list argument
            would cost DuckDB a second per million rows.)

    Returns:
        Lists of float64 in [0, 1], shape (n,), in the order of the labels.
    """
    word_list = words.to_pylist()
    offsets = [0]
    values: list[np.ndarray] = []
    groups = _one_chunk(labels).dictionary_encode()
    codes = groups.indices.to_numpy(zero_copy_only=False)
    candidates = [joined.split(LABEL_SEPARATOR) for joined in groups.dictionary.to_pylist()]
    # One matrix per candidate set: rows of one set are scored together in native code.
    rows: list[np.ndarray | None] = [None] * len(word_list)
    for code, names in enumerate(candidates):
        members = np.flatnonzero(codes == code)
        matrix = cdist(
            [word_list[i] for i in members],
            names,
            scorer=Indel.normalized_similarity,
            dtype=np.float64,
        )
        for i, scores in zip(members, matrix, strict=True):
            rows[i] = scores
    for scores in rows:
        assert scores is not None  # every row belongs to one candidate set
        values.append(scores)
        offsets.append(offsets[-1] + len(scores))
    flat = np.concatenate(values) if values else np.empty(0)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(flat, pa.float64()))


def label_votes(
    places: pa.ChunkedArray, ratios: pa.ChunkedArray, thresholds: pa.ChunkedArray
) -> pa.Array:
    """Add up CAMEO's votes of each answer and return what wins at each threshold.

    Args:
        places: per answer the candidate that each vote is for, as its alphabetical place from 0;
            lists of int32, shape (answers,).
        ratios: the ratio of each vote, lists of float64.
        thresholds: lowest ratio that counts, lists of float64, the same for all answers.

    Returns:
        Lists of structs (place, score, margin), one per threshold: place is -1 where no vote
        counts, and the first of those that tie to nine digits.
    """
    offsets, place = _flat(places)
    _, ratio = _flat(ratios)
    levels = thresholds[0].values.to_numpy()
    answers = len(offsets) - 1
    row = np.repeat(np.arange(answers), np.diff(offsets))
    width = int(place.max(initial=0)) + 1
    cell = row * width + place
    shape = (answers, len(levels))
    best, score, margin = np.full(shape, -1, np.int32), np.zeros(shape), np.zeros(shape)
    for level, threshold in enumerate(levels):
        counts = ratio >= threshold
        sums = np.bincount(cell[counts], ratio[counts], answers * width).reshape(answers, width)
        rounded = np.round(sums, 9)
        first = rounded.argmax(axis=1)
        top = sums[np.arange(answers), first]
        sums[np.arange(answers), first] = 0
        best[:, level] = np.where(top > 0, first, -1)
        score[:, level] = top
        margin[:, level] = top - sums.max(axis=1)
    structs = pa.StructArray.from_arrays(
        [pa.array(column.ravel()) for column in (best, score, margin)], names=list(VOTE)
    )
    ends = np.arange(answers + 1, dtype=np.int32) * len(levels)
    return pa.ListArray.from_arrays(pa.array(ends), structs)


def _flat(lists: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return offsets and values of a column of lists, both from 0."""
    column = _one_chunk(lists)
    offsets = column.offsets.to_numpy()
    values = column.values.to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]]
    return offsets - offsets[0], values


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column in one piece, as which DuckDB may hand it over already."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def bootstrap_intervals(
    band: pa.ChunkedArray,
    truth: pa.ChunkedArray,
    label: pa.ChunkedArray,
    n: pa.ChunkedArray,
    unit: pa.ChunkedArray,
    slice_id: pa.ChunkedArray,
    slice_band: pa.ChunkedArray,
    offered_band: pa.ChunkedArray,
    offered: pa.ChunkedArray,
) -> pa.Array:
    """Return the 95 % intervals of all metrics of the slices of each series.

    See `warehouse.bootstrap.intervals`. Slices with fewer than two units have none.

    Args:
        band: per series the band of each cell, lists of int32, shape (series,). A slice is made of
            bands.
        truth: class of the truth of each cell, lists of int32.
        label: the class that was read, -1 for none; as `truth`.
        n: clips of each cell, lists of int32.
        unit: the speaker of each cell as a number, -1 to resample single clips; lists of int32.
        slice_id: slices, one entry for each of their bands; lists of int32.
        slice_band: these bands; lists of int32.
        offered_band: bands, one entry for each class that was a candidate in them; lists of int32.
        offered: these classes; lists of int32.

    Returns:
        Lists of structs as in INTERVAL, shape (series,).
    """

    columns = (band, truth, label, n, unit, slice_id, slice_band, offered_band, offered)
    tasks = [
        (Cells(truths, labels, counts, units), bands, Pairs(*pairs[:2]), Pairs(*pairs[2:]))
        for bands, truths, labels, counts, units, *pairs in _rows(columns)
    ]
    if sum(len(cells.n) for cells, *_ in tasks) < WORTH_PROCESSES:
        with threadpool_limits(1):
            found = [slice_intervals(*task) for task in tasks]
    else:
        found = map_apart(slice_intervals, tasks, os.cpu_count() or 1)
    return _lists(found, INTERVAL)


def compare_runs(
    run: pa.ChunkedArray,
    truth: pa.ChunkedArray,
    label: pa.ChunkedArray,
    n: pa.ChunkedArray,
    unit: pa.ChunkedArray,
) -> pa.Array:
    """Return the differences between all runs of each board; see `warehouse.bootstrap.compare`.

    Args:
        run: per board the run of each cell as a number from 0, lists of int32, shape (boards,).
        truth: class of the truth of each cell, lists of int32.
        label: the class that was read, -1 for none.
        n: clips of each cell, lists of int64.
        unit: what is resampled as a whole, lists of int32.

    Returns:
        Lists of structs as in DIFFERENCE, shape (boards,).
    """

    def of(row: Sequence[np.ndarray]) -> Differences:
        runs, truths, labels, counts, units = row
        classes = int(max(truths.max(), labels.max())) + 1
        return compare(Cells(truths, labels, counts, units), runs, classes)

    # Large arrays, on which numpy works without Python. Threads of BLAS within ours would wait for
    # each other.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
        return _lists(list(pool.map(of, _rows((run, truth, label, n, unit)))), DIFFERENCE)


def _rows(columns: Sequence[pa.ChunkedArray]) -> Iterator[list[np.ndarray]]:
    """Yield the lists of every row of list columns."""
    for row in zip(*columns, strict=True):
        yield [cell.values.to_numpy(zero_copy_only=False) for cell in row]


def _lists(found: Sequence[SliceIntervals | Differences], fields: dict[str, tuple]) -> pa.Array:
    """Return a list of structs for every row, from arrays of their fields."""
    offsets = np.cumsum([0, *(len(one.metric) for one in found)])
    arrays = [
        pa.array(
            [value for one in found for value in one.metric]
            if name == "metric"
            else np.concatenate([[], *(getattr(one, name) for one in found)]),
            type=arrow,
            safe=False,
        )
        for name, (arrow, _) in fields.items()
    ]
    structs = pa.StructArray.from_arrays(arrays, names=list(fields))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Register every function of this module with `connection` (and so with its cursors)."""
    connection.create_function(
        "label_ratios",
        label_ratios,
        [VARCHAR, VARCHAR],
        duckdb.list_type(DOUBLE),
        type="arrow",
        null_handling="default",
    )
    many, whole, real = (duckdb.list_type(kind) for kind in (INTEGER, BIGINT, DOUBLE))
    for name, function, parameters, fields in (
        ("label_votes", label_votes, [many, real, real], VOTE),
        ("bootstrap_intervals", bootstrap_intervals, [many] * 9, INTERVAL),
        ("compare_runs", compare_runs, [many, many, many, whole, many], DIFFERENCE),
    ):
        struct = duckdb.struct_type({field: kind for field, (_, kind) in fields.items()})
        connection.create_function(
            name,
            function,
            parameters,
            duckdb.list_type(struct),
            type="arrow",
            null_handling="default",
        )
