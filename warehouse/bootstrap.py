"""Intervals and comparisons by bootstrap, from counts of clips: no step looks at single clips.

A slice of a run is a list of cells: `n` clips of one true class that were read as one label. The
metrics are those of dbt_project/macros/metrics.sql, for many resamples at once; a test holds both
to each other and to scikit-learn. `warehouse.udf` lends these functions to DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

RESAMPLES = 1000
SEED = 20250516
"""Every slice is resampled from the same seed: equal counts have equal intervals in every build."""

METRICS = (
    "macro_f1",
    "macro_f1_candidates",
    "macro_f1_seen",
    "weighted_f1",
    "accuracy",
    "uar",
    "answered_rate",
)
CLASS_METRICS = ("precision", "recall", "f1")
COMPARED = ("macro_f1", "weighted_f1", "accuracy", "uar")
"""The metrics in which runs are compared with each other."""

LEVEL = 0.95
NO_LABEL = -1
NO_UNIT = -1
"""The unit of a clip whose speaker nobody knows: it is resampled on its own."""
MANY_CLIPS = 200
"""From here on the counts of cells are drawn as independent Poisson numbers instead of a
multinomial vector. Their sum then varies too, which moves no ratio of counts visibly (tested)."""
SMALL_COUNT = 64
"""Poisson numbers up to this mean are drawn once and used again by other slices; larger ones are
made of normal numbers that are drawn once, too. Drawing would be most of the time of a slice."""
ROUNDING = 1e-12
"""Differences and spreads below are those of adding numbers up in another order."""
EXACT = np.float32
"""Counts of clips are exact in it below EXACT_BELOW, and their products twice as fast."""
EXACT_BELOW = 2**20
"""Far below 2²⁴, where float32 ends to count: a resample may draw large units often."""
CELLS = 64
"""For so many cells of a slice the numbers are kept; those of more are drawn when needed."""


@dataclass(frozen=True)
class Cells:
    """Counts of clips; all arrays have shape (cells,)."""

    truth: np.ndarray
    """Class of the truth, 0 … classes - 1."""
    label: np.ndarray
    """Class that was read, or NO_LABEL."""
    n: np.ndarray
    unit: np.ndarray
    """What is resampled as a whole: a speaker's number, or NO_UNIT for single clips."""


@dataclass(frozen=True)
class Intervals:
    """How far each metric of a slice may be from its value, at LEVEL; arrays of one length."""

    metric: list[str]
    emotion: np.ndarray
    """The class of a per-class metric, or NO_LABEL."""
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class SliceIntervals(Intervals):
    """The intervals of several slices, one behind the other; arrays of one length."""

    slice_id: np.ndarray
    n_units: np.ndarray
    """Clips or speakers that were resampled."""


@dataclass(frozen=True)
class Pairs:
    """Which keys belong to which: arrays of one length, a pair per place."""

    of: np.ndarray
    what: np.ndarray


@dataclass(frozen=True)
class Differences:
    """Run `a` less run `b` in each metric, on the same clips; arrays of one length."""

    metric: list[str]
    a: np.ndarray
    b: np.ndarray
    difference: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    """Two-sided, for the pair alone."""
    p_adjusted: np.ndarray
    """The same, corrected for all pairs that were compared."""


def intervals(cells: Cells, offered: np.ndarray) -> Intervals:
    """Return the intervals of all metrics of a slice: percentiles over RESAMPLES resamples.

    Args:
        cells: the slice's counts. Where `unit` is NO_UNIT clips are drawn one by one, else whole
            units, as many as there are.
        offered: the classes that were candidate labels, shape (candidates,).
    """
    merged, matrix, anonymous = _by_unit(cells)
    # Of all classes those that occur here: a warehouse has many, a slice few.
    classes = np.unique(np.concatenate([merged.truth, merged.label, offered]))
    classes = classes[classes != NO_LABEL]
    truth = np.searchsorted(classes, merged.truth)
    label = np.where(merged.label == NO_LABEL, NO_LABEL, np.searchsorted(classes, merged.label))
    is_offered = np.zeros(len(classes), bool)
    is_offered[np.searchsorted(classes, offered)] = True
    weights = _resampled(matrix, anonymous)
    overall, by_class = scores(weights, truth, label, is_offered)
    there = np.unique(truth)
    values = np.concatenate([overall, by_class[:, there].reshape(-1, RESAMPLES)])
    low, high = _percentiles(values)
    return Intervals(
        metric=[*METRICS, *np.repeat(CLASS_METRICS, len(there)).tolist()],
        emotion=np.concatenate(
            [np.full(len(METRICS), NO_LABEL), np.tile(classes[there], len(CLASS_METRICS))]
        ),
        se=values.std(axis=1, ddof=1),
        low=low,
        high=high,
    )


def slice_intervals(
    cells: Cells, band: np.ndarray, slices: Pairs, offered: Pairs
) -> SliceIntervals:
    """Return the intervals of the slices of a run that have at least two units.

    Args:
        cells: the run's counts. If any has a unit, known units are what is drawn; else it is clips.
        band: the part of the clips that each cell is of, shape (cells,).
        slices: slices with the bands that they are made of.
        offered: bands with the classes that were candidate labels in them.
    """
    by_band = _Parts(band, (cells.truth, cells.label, cells.n, cells.unit))
    candidates = _Parts(offered.of, (offered.what,))
    by_slice = _Parts(slices.of, (slices.what,))
    by_unit = (cells.unit != NO_UNIT).any()
    found, names, units = [], [], []
    for name in by_slice.names:
        [bands] = by_slice.rows([name])
        mine = Cells(*by_band.rows(bands))
        known = mine.unit[mine.unit != NO_UNIT]
        n_units = len(_numbered(known)[0]) if by_unit else int(mine.n.sum())
        if n_units >= 2:
            found.append(intervals(mine, *candidates.rows(bands)))
            names.append(name)
            units.append(n_units)
    lengths = [len(one.metric) for one in found]
    return SliceIntervals(
        metric=[metric for one in found for metric in one.metric],
        emotion=np.concatenate([[], *(one.emotion for one in found)]),
        se=np.concatenate([[], *(one.se for one in found)]),
        low=np.concatenate([[], *(one.low for one in found)]),
        high=np.concatenate([[], *(one.high for one in found)]),
        slice_id=np.repeat(np.array(names, int), lengths),
        n_units=np.repeat(np.array(units, int), lengths),
    )


class _Parts:
    """Columns whose rows belong to parts, in the order of these."""

    def __init__(self, of: np.ndarray, columns: Sequence[np.ndarray]) -> None:
        # Small numbers of two bytes are sorted by counting, in a tenth of the time.
        is_small = len(of) and of.min() >= 0 and of.max() <= np.iinfo(np.int16).max
        order = np.argsort(of.astype(np.int16) if is_small else of, kind="stable")
        self._columns = [column[order] for column in columns]
        self.names, begin = np.unique(of[order], return_index=True)
        bounds = pairwise([*begin.tolist(), len(of)])
        self._bounds = dict(zip(self.names.tolist(), bounds, strict=True))

    def rows(self, names: Iterable[int]) -> list[np.ndarray]:
        """Return the columns, with the rows of some parts."""
        bounds = [self._bounds[name] for name in names if name in self._bounds]
        if not bounds:
            return [column[:0] for column in self._columns]
        return [np.concatenate([column[slice(*b)] for b in bounds]) for column in self._columns]


def compare(cells: Cells, run: np.ndarray, classes: int) -> Differences:
    """Return the differences between all runs, from resamples that all runs share.

    A resample draws the same units for every run, so what makes a unit hard for both runs cancels.
    The correction for many comparisons is the single-step max-t of Westfall & Young (1993): a
    pair's adjusted p-value is the share of resamples in which the largest of all pairs'
    studentised deviations is at least as large as the pair's own. It needs no independence.

    Args:
        cells: counts of all runs, every one with a unit. Every run has the same clips.
        run: the run that each cell belongs to, 0 … runs - 1, shape (cells,).
        classes: number of classes.
    """
    units = np.unique(cells.unit)
    # The first column is what was observed: every unit once.
    drawn = np.hstack([np.ones((len(units), 1), EXACT), _drawn_units(len(units))])
    chosen = [METRICS.index(metric) for metric in COMPARED]
    offered = np.zeros(classes, bool)
    by_run = _Parts(run, (cells.truth, cells.label, cells.n, cells.unit))
    rows = []
    for number in range(run.max() + 1):
        merged, matrix, _ = _by_unit(Cells(*by_run.rows([number])), units)
        weights = matrix.astype(_kind_of(matrix.sum())) @ drawn
        rows.append(scores(weights, merged.truth, merged.label, offered)[0][chosen])
    values = np.stack(rows)  # runs × metrics × resamples
    a, b = np.triu_indices(len(values), k=1)
    pairs = values[a] - values[b]
    observed, resampled = pairs[..., 0], pairs[..., 1:]
    se = resampled.std(axis=-1, ddof=1)
    # A difference that no draw changes has no spread. Runs that never differ have p-value 1; where
    # one is always better by the same, nothing that was drawn comes near it.
    certain = se < ROUNDING
    spread = np.where(certain, np.inf, se)[..., None]
    deviation = np.abs(resampled - observed[..., None]) / spread
    is_certain = certain & (np.abs(observed) > ROUNDING)
    t = np.where(is_certain, np.inf, np.abs(observed) / spread[..., 0])[..., None]
    low, high = _percentiles(resampled)
    return Differences(
        metric=list(COMPARED) * len(a),
        a=np.repeat(a, len(COMPARED)),
        b=np.repeat(b, len(COMPARED)),
        difference=observed.ravel(),
        se=se.ravel(),
        low=low.ravel(),
        high=high.ravel(),
        p_value=_share_as_large(deviation, t).ravel(),
        p_adjusted=_share_as_large(deviation.max(axis=0, keepdims=True), t).ravel(),
    )


def scores(
    weights: np.ndarray, truth: np.ndarray, label: np.ndarray, offered: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return all metrics for every column of weights.

    Args:
        weights: clips per cell, shape (cells, resamples).
        truth: class of the truth per cell, shape (cells,).
        label: class that was read per cell, or NO_LABEL, shape (cells,).
        offered: whether each class was a candidate, shape (classes,).

    Returns:
        METRICS, shape (metrics, resamples), and CLASS_METRICS, shape (3, classes, resamples).
    """
    support, predicted, hits = _sums(
        weights, (truth, label, np.where(label == truth, truth, NO_LABEL)), len(offered)
    )
    total = support.sum(axis=0)
    f1 = _ratio(2 * hits, support + predicted)
    recall = _ratio(hits, support)
    there = support > 0
    overall = np.stack(
        [
            _mean(f1, there),
            _mean(f1, np.broadcast_to(offered[:, None], f1.shape)),
            _mean(f1, there | (predicted > 0)),
            _ratio((f1 * support).sum(axis=0), total),
            _ratio(hits.sum(axis=0), total),
            _mean(recall, there),
            _ratio(predicted.sum(axis=0), total),
        ]
    )
    np.minimum(overall, 1, out=overall)  # sums in another order may put a share a hair above
    return overall, np.stack([_ratio(hits, predicted), recall, f1])


def _sums(weights: np.ndarray, by: tuple[np.ndarray, ...], classes: int) -> np.ndarray:
    """Return, for each numbering of the rows, their sums by class, shape (len(by), classes,
    resamples); rows with NO_LABEL are in none."""
    # A product of matrices, which is several times as fast as adding rows up class by class.
    belongs = np.stack(by)[:, None, :] == np.arange(classes)[:, None]
    sums = belongs.reshape(-1, len(weights)).astype(weights.dtype) @ weights
    return sums.reshape(len(by), classes, -1).astype(float)


def _by_unit(cells: Cells, units: np.ndarray | None = None) -> tuple[Cells, np.ndarray, np.ndarray]:
    """Return the distinct (truth, label) cells, their counts per unit, and those without a unit."""
    width = int(cells.label.max(initial=0)) + 2
    kinds, cell = _numbered(cells.truth * width + cells.label + 1)
    named = cells.unit != NO_UNIT
    if units is None:
        units, column = _numbered(cells.unit[named])
    else:
        column = np.searchsorted(units, cells.unit[named])
    flat = np.bincount(
        cell[named] * len(units) + column, cells.n[named], minlength=len(kinds) * len(units)
    )
    anonymous = np.bincount(cell[~named], cells.n[~named], minlength=len(kinds))
    merged = Cells(kinds // width, kinds % width - 1, anonymous, np.empty(0))
    return merged, flat.reshape(len(kinds), len(units)), anonymous


def _numbered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values in order, and for each value its place among them.

    Like np.unique, but without sorting where the values are small numbers, as they are as a rule.
    """
    if not len(values) or values.min() < 0 or values.max() > 10 * len(values) + 1000:
        return np.unique(values, return_inverse=True)
    is_there = np.bincount(values) > 0
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[values]


def _resampled(matrix: np.ndarray, anonymous: np.ndarray) -> np.ndarray:
    """Return clips per cell for every resample, shape (cells, RESAMPLES)."""
    clips = int(anonymous.sum())
    kind = _kind_of(matrix.sum() + clips)
    weights = np.zeros((len(anonymous), RESAMPLES), kind)
    if matrix.shape[1]:
        weights += matrix.astype(kind) @ _drawn_units(matrix.shape[1]).astype(kind, copy=False)
    if clips >= MANY_CLIPS:
        _add_poisson(weights, anonymous)
    elif clips:
        rng = np.random.default_rng(SEED)
        weights += rng.multinomial(clips, anonymous / clips, RESAMPLES).T
    return weights


def _kind_of(clips: float) -> type:
    """Return the numbers in which sums of resampled clips are exact."""
    return EXACT if clips < EXACT_BELOW else float


def _add_poisson(weights: np.ndarray, counts: np.ndarray) -> None:
    """Add independent Poisson numbers with means `counts` to the rows of `weights`."""
    for count in np.unique(counts[(counts > 0) & (counts <= SMALL_COUNT)]):
        rows = np.flatnonzero(counts == count)
        weights[rows] += _drawn_counts(int(count), _rounded_up(len(rows)))[: len(rows)]
    rows = np.flatnonzero(counts > SMALL_COUNT)
    if len(rows):
        # The Cornish-Fisher expansion of a Poisson number, with its skewness.
        mean = counts[rows, None].astype(weights.dtype)
        normal, skew = _drawn_normals(_rounded_up(len(rows)))
        weights[rows] += mean + np.sqrt(mean) * normal[: len(rows)] + skew[: len(rows)]


def _rounded_up(cells: int) -> int:
    """Return a number of cells that few slices exceed, so that few arrays are kept."""
    return -(-cells // CELLS) * CELLS


@lru_cache(maxsize=2 * SMALL_COUNT)
def _drawn_counts(mean: int, cells: int) -> np.ndarray:
    """Return Poisson numbers for cells of one count, shape (cells, RESAMPLES)."""
    rng = np.random.default_rng([SEED, mean])
    return rng.poisson(mean, (cells, RESAMPLES)).astype(EXACT)


@lru_cache(maxsize=8)
def _drawn_normals(cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Return standard normal numbers z and (z² - 1) / 6, each of shape (cells, RESAMPLES)."""
    normal = np.random.default_rng(SEED).standard_normal((cells, RESAMPLES)).astype(EXACT)
    return normal, (normal**2 - 1) / 6


@lru_cache(maxsize=256)
def _drawn_units(units: int) -> np.ndarray:
    """Return how often each unit is drawn in each resample, shape (units, RESAMPLES)."""
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(units, np.full(units, 1 / units), RESAMPLES).T
    return np.ascontiguousarray(drawn, dtype=EXACT)


def _percentiles(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the interval of each row, interpolated as numpy's quantile does."""
    ordered = np.sort(values, axis=-1)  # a sixth of the time of np.quantile, which partitions

    def at(share: float) -> np.ndarray:
        below, part = divmod(share * (values.shape[-1] - 1), 1)
        low, high = (
            ordered[..., int(below)],
            ordered[..., min(int(below) + 1, values.shape[-1] - 1)],
        )
        return low + (high - low) * part

    return at((1 - LEVEL) / 2), at((1 + LEVEL) / 2)


def _share_as_large(deviation: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return the p-value of t: never 0, since what was observed is one of the possible draws."""
    return (1 + (deviation >= t).sum(axis=-1)) / (1 + RESAMPLES)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, 0 where there is nothing to divide by (as scikit-learn does).

    Both are counts, so that whole is 0 or at least 1, and part is 0 where whole is.
    """
    return part / np.maximum(whole, 1)


def _mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    return _ratio((values * where).sum(axis=0), where.sum(axis=0))
