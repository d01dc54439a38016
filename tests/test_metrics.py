"""Every published figure equals scikit-learn's on the same predictions."""

import duckdb
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support, recall_score

TOLERANCE = 1e-12


def reference(pairs):
    """Metrics of (truth, label) pairs over the classes present in the truth, by scikit-learn."""
    truth = [emotion for emotion, _ in pairs]
    # A label of None is no class: it is in no truth, so `labels` leaves it out.
    read = [label if label is not None else "<none>" for _, label in pairs]
    classes = sorted(set(truth))
    options = {"labels": classes, "zero_division": 0}
    return {
        "macro_f1": f1_score(truth, read, average="macro", **options),
        "weighted_f1": f1_score(truth, read, average="weighted", **options),
        "accuracy": accuracy_score(truth, read),
        "uar": recall_score(truth, read, average="macro", **options),
        "answered_rate": sum(label is not None for _, label in pairs) / len(pairs),
        "n": len(pairs),
    }


def three_macros(pairs, offered):
    """The three macro F1s of (truth, label) pairs, by scikit-learn."""
    truth = [emotion for emotion, _ in pairs]
    read = [label if label is not None else "<none>" for _, label in pairs]
    seen = {*truth, *read} - {"<none>"}
    return {
        name: f1_score(truth, read, average="macro", labels=sorted(labels), zero_division=0)
        for name, labels in (
            ("macro_f1", set(truth)),
            ("macro_f1_candidates", offered),
            ("macro_f1_seen", seen),
        )
    }


def by_class(pairs):
    truth = [emotion for emotion, _ in pairs]
    read = [label if label is not None else "<none>" for _, label in pairs]
    classes = sorted(set(truth))
    scores = precision_recall_fscore_support(truth, read, labels=classes, zero_division=0)
    return {c: values for c, *values in zip(classes, *scores, strict=True)}


SLICES = {
    "leaderboard": (),
    "metrics_by_dataset": ("dataset",),
    "metrics_by_language": ("language",),
}
CLASS_SLICES = {
    "metrics_by_emotion": (),
    "metrics_by_dataset_language_emotion": ("dataset", "language"),
}


@pytest.fixture(params=["demo_warehouse", "real_warehouse"])
def database(request):
    warehouse = request.getfixturevalue(request.param)
    with duckdb.connect(str(warehouse / "current" / "ser.duckdb"), read_only=True) as connection:
        yield connection


def pairs_by(connection, dimensions):
    keys = ("run_id", "extraction", "synthetic", *dimensions)
    rows = connection.execute(
        f"select {', '.join(keys)}, emotion, label from predictions"
    ).fetchall()
    slices = {}
    for row in rows:
        slices.setdefault(row[:-2], []).append(row[-2:])
    return slices


@pytest.mark.parametrize("mart", SLICES)
def test_every_figure_of_every_slice_equals_scikit_learns(database, mart):
    dimensions = SLICES[mart]
    expected = pairs_by(database, dimensions)
    keys = ", ".join(("run_id", "extraction", "synthetic", *dimensions))
    metrics = list(reference([("a", "a")]))
    rows = database.execute(f"select {keys}, {', '.join(metrics)} from {mart}").fetchall()
    assert len(rows) == len(expected) > 0
    width = 3 + len(dimensions)
    for row in rows:
        found = dict(zip(metrics, row[width:], strict=True))
        assert found == pytest.approx(reference(expected[row[:width]]), abs=TOLERANCE, rel=0)


@pytest.mark.parametrize("mart", CLASS_SLICES)
def test_every_class_of_every_slice_equals_scikit_learns(database, mart):
    dimensions = CLASS_SLICES[mart]
    expected = pairs_by(database, dimensions)
    keys = ", ".join(("run_id", "extraction", "synthetic", *dimensions))
    rows = database.execute(
        f"select {keys}, emotion, precision, recall, f1, n from {mart}"
    ).fetchall()
    width = 3 + len(dimensions)
    found = {}
    for row in rows:
        found.setdefault(row[:width], {})[row[width]] = list(row[width + 1 :])
    assert found.keys() == expected.keys()
    for key, pairs in expected.items():
        classes = by_class(pairs)
        assert found[key].keys() == classes.keys()
        for emotion, values in classes.items():
            assert found[key][emotion] == pytest.approx(values, abs=TOLERANCE, rel=0)


ALL_SLICES = {
    "all": (),
    "dataset": ("dataset",),
    "language": ("language",),
    "dataset_language": ("dataset", "language"),
    "gender": ("gender",),
    "age_band": ("age_band",),
    "dataset_gender": ("dataset", "gender"),
    "dataset_age_band": ("dataset", "age_band"),
    "language_gender": ("language", "gender"),
    "language_age_band": ("language", "age_band"),
    "speaker": ("dataset", "language", "gender", "age_band", "speaker_id"),
}


@pytest.mark.parametrize("slice_name", ALL_SLICES)
def test_every_slice_of_the_long_mart_equals_scikit_learns(database, slice_name):
    dimensions = ALL_SLICES[slice_name]
    keys = ", ".join(("run_id", "extraction", "synthetic", *dimensions))
    expected, offered = {}, {}
    rows = database.execute(
        f"""
        select {keys}, emotion, label, labels
        from (
            select
                predictions.* exclude (labels),
                asked.labels,
                groups.* exclude (dataset, language, synthetic)
            from predictions
            inner join intermediate.int_predictions as asked using (run_id, file_id)
            inner join intermediate.int_groups as groups on asked.group_id = groups.group_id
        )
        """
    ).fetchall()
    sweep = database.execute("select extraction from extractions where is_sweep").fetchall()
    swept = {extraction for (extraction,) in sweep}
    for *key, emotion, label, labels in rows:
        known = key[3:] if slice_name != "speaker" else key[-1:]
        if None in known or (slice_name == "speaker" and key[1] in swept):
            continue
        expected.setdefault(tuple(key), []).append((emotion, label))
        offered.setdefault(tuple(key), set()).update(labels.split("|"))
    found = {}
    for *key, metric, value in database.execute(
        f"select {keys}, metric, value from metrics where slice = ?", [slice_name]
    ).fetchall():
        found.setdefault(tuple(key), {})[metric] = value
    assert found.keys() == expected.keys()
    for key, pairs in expected.items():
        figures = reference(pairs) | three_macros(pairs, offered[key])
        del figures["n"]
        assert found[key] == pytest.approx(figures, abs=TOLERANCE, rel=0)


def test_the_long_mart_holds_the_same_figures_as_the_wide_ones(database):
    for mart, dimensions in SLICES.items():
        slice_name = "_".join(dimensions) or "all"
        for metric in ("macro_f1", "weighted_f1", "accuracy", "uar", "answered_rate"):
            keys = ", ".join(("run_id", "extraction", "synthetic", *dimensions))
            wide = database.execute(f"select {keys}, {metric} from {mart} order by all").fetchall()
            long = database.execute(
                f"select {keys}, value from metrics where slice = ? and metric = ? order by all",
                [slice_name, metric],
            ).fetchall()
            assert wide == long


def test_synthetic_and_real_speech_are_never_pooled(demo_warehouse, query):
    assert query(demo_warehouse, "select distinct synthetic from leaderboard") == [(True,)]
    for mart in ("utterances", "predictions", "confusion"):
        assert query(
            demo_warehouse,
            f"select count(*) from {mart} m join corpora c using (dataset) "
            "where m.synthetic != c.synthetic",
        ) == [(0,)]
