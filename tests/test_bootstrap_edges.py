"""Small slices, single classes, certain differences: where the bootstrap could go wrong unseen."""

import os

import numpy as np
import pyarrow as pa
import pytest

from tests.test_bootstrap import CLASSES, board, by_sklearn, cells_of, drawn
from warehouse import bootstrap, udf
from warehouse.apart import map_apart
from warehouse.bootstrap import NO_LABEL, NO_UNIT, compare, intervals
from warehouse.errors import SerError
from warehouse.udf import bootstrap_intervals


def test_four_clips_are_drawn_as_four_clips():
    truth = np.zeros(4, int)
    label = np.array([0, 0, NO_LABEL, NO_LABEL])
    found = intervals(cells_of(truth, label), np.array([0]))
    # The spread of a share of four, half of them right; were their number to vary, it would be 0.3.
    assert found.se[bootstrap.METRICS.index("accuracy")] == pytest.approx(0.25, rel=0.08)


def test_rare_classes_of_large_slices_have_rates_between_0_and_1():
    truth, label = drawn(np.random.default_rng(1), 300)
    rare = np.array([CLASSES, CLASSES])
    truth, label = np.append(truth, rare), np.append(label, [CLASSES, NO_LABEL])
    found = intervals(cells_of(truth, label), np.arange(CLASSES + 1))
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()


def test_every_class_has_the_interval_of_its_own_precision_recall_and_f1():
    # Class 0: precision 0.5, recall 1. Class 1: 1 and 0.5. Class 2: 0 and 0.
    counts = [(0, 0, 400), (1, 0, 200), (1, 1, 200), (2, 0, 200), (2, NO_LABEL, 100)]
    truth, label = (np.concatenate([np.full(n, c[i]) for *c, n in counts]) for i in (0, 1))
    found = intervals(cells_of(truth, label), np.arange(3))
    expected = {
        **{("precision", c): v for c, v in enumerate((0.5, 1, 0))},
        **{("recall", c): v for c, v in enumerate((1, 0.5, 0))},
        **{("f1", c): v for c, v in enumerate((2 / 3, 2 / 3, 0))},
    }
    rows = zip(found.metric, found.emotion, found.low, found.high, strict=True)
    by_class = {(m, e): (low, high) for m, e, low, high in rows if e != NO_LABEL}
    assert by_class.keys() == expected.keys()
    for key, value in expected.items():
        low, high = by_class[key]
        assert low - 1e-12 <= value <= high + 1e-12, key
        assert high - low < 0.15, key


def test_the_standard_error_of_a_difference_is_that_of_drawing_units():
    rng = np.random.default_rng(2)
    truth, label = drawn(rng, 1000)
    worse = drawn(rng, 1000, right=0.4)[1]
    unit = np.arange(1000) % 100
    found = compare(*board([label, worse], truth, unit), CLASSES)
    right = (label == truth).astype(float) - (worse == truth)
    # Units of ten clips each: the spread of a mean of a hundred numbers.
    by_unit = np.array([right[unit == one].mean() for one in range(100)])
    se = found.se[found.metric.index("accuracy")]
    assert se == pytest.approx(by_unit.std() / 10, rel=0.1)


def test_a_single_pair_needs_no_correction():
    rng = np.random.default_rng(3)
    truth, label = drawn(rng, 300)
    some = np.arange(300) % 8
    left, right = np.where(some == 1, NO_LABEL, label), np.where(some == 2, NO_LABEL, label)
    found = compare(*board([left, right], truth, np.arange(300) % 60), CLASSES)
    assert found.p_adjusted.tolist() == found.p_value.tolist()
    assert 0.002 < found.p_value.min() < found.p_value.max() < 1


def test_a_difference_that_no_draw_changes_is_certain():
    """One run hits every clip, another none, a third none either."""
    truth = np.arange(40) % 2
    wrong = 1 - truth
    found = compare(*board([truth, wrong, wrong], truth, np.arange(40) // 2), CLASSES)
    first = by_sklearn(truth, truth, range(2))
    second = by_sklearn(truth, wrong, range(2))
    for row, (a, metric) in enumerate(zip(found.a, found.metric, strict=True)):
        b = found.b[row]
        if a == 0:
            assert found.difference[row] == first[metric] - second[metric] == 1
            assert found.p_value[row] == found.p_adjusted[row] == pytest.approx(1 / 1001)
        else:
            assert (a, b, found.difference[row]) == (1, 2, 0)
            assert found.p_value[row] == found.p_adjusted[row] == 1


def test_few_clips_without_a_speaker_are_drawn_beside_speakers():
    """A hundred clips of nobody, all wrong, beside twenty speakers who are always right."""
    truth = np.zeros(140, int)
    label = np.where(np.arange(140) < 100, NO_LABEL, 0)
    unit = np.where(np.arange(140) < 100, NO_UNIT, np.arange(140) % 20)
    found = intervals(cells_of(truth, label, unit), np.array([0]))
    accuracy = bootstrap.METRICS.index("accuracy")
    assert (found.low[accuracy], found.high[accuracy]) == pytest.approx((40 / 140, 40 / 140))


@pytest.mark.parametrize("count", [40, 100])
def test_drawn_counts_have_the_moments_of_poisson_numbers(count):
    weights = np.zeros((64, bootstrap.RESAMPLES))
    bootstrap._add_poisson(weights, np.full(64, count))
    centred = weights - weights.mean()
    assert weights.mean() == pytest.approx(count, rel=0.01)
    assert weights.var() == pytest.approx(count, rel=0.03)
    assert (centred**3).mean() / weights.std() ** 3 == pytest.approx(count**-0.5, abs=0.04)


def test_another_build_draws_the_same_numbers():
    rng = np.random.default_rng(4)

    def build():
        for kept in (bootstrap._drawn_counts, bootstrap._drawn_normals, bootstrap._drawn_units):
            kept.cache_clear()
        return [intervals(cells, np.arange(CLASSES)).low.tolist() for cells in slices]

    few, some, many = (drawn(rng, clips) for clips in (100, 300, 3000))
    slices = [cells_of(*few), cells_of(*some), cells_of(*many), cells_of(*some, np.arange(300) % 9)]
    assert build() == build()


def test_processes_apart_answer_in_order_and_say_so_if_they_end():
    found = map_apart(np.full, [((n,), n) for n in range(7)], 2)
    assert [each.tolist() for each in found] == [[n] * n for n in range(7)]
    with pytest.raises(SerError, match=r"computes _exit ended \(exit code 3; .*build again"):
        map_apart(os._exit, [(3,)] * 9, 2)
    with pytest.raises(ZeroDivisionError):
        map_apart(divmod, [(1, 1), (1, 0), (1, 1)], 2)
    assert map_apart(np.full, [], 2) == []
    # What is printed is no answer.
    assert map_apart(print, [("seen",)] * 3, 2) == [None] * 3


def test_intervals_are_the_same_in_processes_apart(monkeypatch):
    rng = np.random.default_rng(5)
    cells = [cells_of(*drawn(rng, 300), np.arange(300) % (3 + series)) for series in range(3)]
    slices = ([1, 2, 2], [0, 0, 1], [0, 1] * CLASSES, [*range(CLASSES)] * 2)

    def columns():
        rows = [
            [np.arange(len(each.n)) % 2, each.truth, each.label, each.n, each.unit, *slices]
            for each in cells
        ]
        return [pa.array([list(map(int, row[n])) for row in rows]) for n in range(9)]

    here = bootstrap_intervals(*columns()).to_pylist()
    monkeypatch.setattr(udf, "WORTH_PROCESSES", 0)
    assert bootstrap_intervals(*columns()).to_pylist() == here
    assert [{each["slice_id"] for each in series} for series in here] == [{1, 2}] * 3
    assert [series[-1]["n_units"] for series in here] == [3, 4, 5]
