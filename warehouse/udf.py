"""The functions that DuckDB borrows from Python; `warehouse.dbt_plugin` registers them for dbt.

They exist inside a build only: a view that called one would fail in every other client, so models
that do are tables. For people there is a macro in SQL, dbt_project/macros/indel_ratio.sql.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.sqltypes import DOUBLE, VARCHAR
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from warehouse.schema import LABEL_SEPARATOR


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
    encoded = labels.combine_chunks() if isinstance(labels, pa.ChunkedArray) else labels
    groups = encoded.dictionary_encode()
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
