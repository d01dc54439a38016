"""The charts. All scores are drawn on 0 to 1, so that two charts can be compared by eye."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from dashboards import terms

# Straight through Lab from near white to dark blue: equal steps of a score look equally large.
_SEQUENTIAL = alt.Scale(domain=[0, 1], range=["#f4f7fb", "#0b3c6f"], interpolate="lab", clamp=True)
_DARK_FROM = 0.58
"""Score from which a cell is so dark that a white number is easier to read than a black one."""

_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]
_BLUE, _RUST = "#2b6ca3", "#c0562f"
_INK, _PAPER, _FAINT = "#1b2733", "#ffffff", "#7a8691"
"""Numbers on light cells, on dark cells, and where they should not catch the eye (on any page)."""
_FONT = 13
_GAPS = alt.Scale(paddingInner=0.04)


def ranking(board: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Draw one dot with whiskers per run, the best on top; a run over part of the clips is pale."""
    base = alt.Chart(board).encode(
        y=alt.Y("run:N", sort=_best_first(metric), title=None, axis=_names(grid=True)),
        tooltip=[
            _said("run", "Run"),
            _number(metric),
            *_ends(),
            _count("n", "Clips"),
            _number("coverage", "Coverage"),
        ],
    )
    part = alt.when(alt.datum["coverage"] < 1).then(alt.value(0.35)).otherwise(alt.value(1))
    number = alt.Text(field=metric, type="quantitative", format=".3f")
    return alt.layer(
        _whiskers(base, metric).encode(opacity=part),
        base.mark_point(filled=True, size=110, color=_BLUE).encode(x=_score(metric), opacity=part),
        base.transform_calculate(end=f"max(datum.high || 0, datum.{metric})")
        .mark_text(align="left", dx=10, fontSize=_FONT, color=_FAINT)
        .encode(x=alt.X(field="end", type="quantitative"), text=number),
    ).properties(height=alt.Step(32))


def without_flagged(board: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Draw per run its score over all clips, hollow, and without flagged corpora, filled."""
    left = f"{metric}_without"
    base = alt.Chart(board).encode(
        y=alt.Y("run:N", sort=_best_first(left), title=None, axis=_names(grid=True)),
        tooltip=[
            _said("run", "Run"),
            _number(metric, f"{terms.title(metric)}, all clips"),
            _number(left, "Without flagged corpora"),
            _number(f"{metric}_difference", "Difference"),
            _count("n", "Clips"),
            _count("n_without", "Clips left"),
        ],
    )
    return alt.layer(
        base.mark_rule(strokeWidth=2, color=_FAINT).encode(x=_score(metric), x2=alt.X2(field=left)),
        base.mark_point(filled=False, size=110, color=_BLUE).encode(x=_score(metric)),
        base.mark_point(filled=True, size=110, color=_BLUE).encode(
            x=alt.X(field=left, type="quantitative")
        ),
    ).properties(height=alt.Step(32))


def dots(scores: pd.DataFrame, by: str, metric: str) -> alt.LayerChart:
    """Draw one row per value of `by`, in it a lane per run with a dot and its whiskers.

    Several systems are told apart by colour; a single one is coloured by temperature.
    """
    runs = list(dict.fromkeys(scores["run"]))
    base = alt.Chart(scores).encode(
        y=alt.Y(
            field=by,
            type="nominal",
            sort=None,
            title=None,
            axis=_names(grid=True),
            scale=alt.Scale(paddingInner=0.4 if len(runs) <= 4 else 0.2),
        ),
        yOffset=alt.YOffset("run:N", sort=runs),
        color=_run_colour(scores),
        tooltip=[
            _said(by, terms.property_name(by)),
            _said("run", "Run"),
            _number(metric),
            *_ends(),
            _count("n", "Clips"),
        ],
    )
    size = 90 if len(runs) <= 4 else 45
    return alt.layer(
        _whiskers(base, metric, colour=None),
        base.mark_point(filled=True, size=size, opacity=0.9).encode(x=_score(metric)),
    ).properties(height=alt.Step(max(7, 30 // len(runs)), **{"for": "offset"}))


def differences(pairs: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Draw how much better the run of a row is than that of a column; pale where it may be chance.

    Colour is only where the two really differ, so that the eye finds these.
    """
    columns = pairs["other_run"].nunique()
    rows = list(dict.fromkeys(pairs["run"]))
    title = f"Difference in {terms.title(metric)}, row less column"
    most = float(max(pairs["difference"].abs().max(), 0.05))
    scale = alt.Scale(
        domain=[-most, 0, most], range=["#a5522a", "#f7f4f0", "#0b3c6f"], interpolate="lab"
    )
    legend = alt.Legend(orient="bottom", format="+.2f", gradientLength=240, titleLimit=400)
    base = alt.Chart(pairs).encode(
        x=alt.X("other_run:N", sort=rows, title=None, axis=_heads(99), scale=_GAPS),
        y=alt.Y("run:N", sort=rows, title=None, axis=_names(), scale=_GAPS),
        tooltip=[
            _said("run", "Run"),
            _said("other_run", "Compared with"),
            _signed("difference", "Difference"),
            _signed("low", "95 % interval from"),
            _signed("high", "to"),
            _number("p_adjusted", "p, corrected"),
            _number("p_value", "p of this pair alone"),
        ],
    )
    number = alt.Text(field="difference", type="quantitative", format="+.2f")
    dark = abs(alt.datum["difference"]) >= 0.6 * most
    ink = alt.when(dark).then(alt.value(_PAPER)).otherwise(alt.value(_INK))
    real, chance = "datum.differs", "!datum.differs"
    shade = alt.Color(
        field="difference", type="quantitative", scale=scale, title=title, legend=legend
    )
    size = _size(columns)
    return alt.layer(
        base.transform_filter(real).mark_rect().encode(color=shade),
        base.transform_filter(chance).mark_rect(color="#f6f7f8"),
        base.transform_filter(real)
        .mark_text(fontSize=size, fontWeight="bold")
        .encode(text=number, color=ink),
        base.transform_filter(chance).mark_text(fontSize=size, color=_FAINT).encode(text=number),
    ).properties(height=alt.Step(38), padding=_aslant(rows))


def verdicts(pairs: pd.DataFrame) -> alt.LayerChart:
    """Draw system against corpus, coloured by verdict; the number is the excess in logits."""
    order = list(terms.VERDICTS)
    columns = pairs["dataset"].nunique()
    colour = alt.Color(
        "judgement:N",
        title="Verdict",
        sort=order,
        scale=alt.Scale(
            domain=order, range=["#7d1d3f", "#d1495b", "#f2c14e", "#dcebe0", "#e3e6e9"]
        ),
        legend=alt.Legend(
            orient="bottom", symbolType="square", symbolStrokeWidth=0, symbolSize=160
        ),
    )
    base = alt.Chart(pairs).encode(
        x=alt.X("dataset:N", sort=None, title=None, axis=_heads(99), scale=_GAPS),
        y=alt.Y("system:N", title=None, axis=_names(), scale=_GAPS),
        tooltip=[
            _said("system", "System"),
            _said("dataset", "Dataset"),
            _said("judgement", "Verdict"),
            _number("macro_f1"),
            _number("expected_macro_f1", "Expected"),
            _signed("excess", "Excess in logits"),
            _signed("excess_low", "95 % interval from"),
            _signed("excess_high", "to"),
            _said("because", "Because"),
        ],
    )
    grave = alt.FieldOneOfPredicate(field="judgement", oneOf=order[:2])
    ink = alt.when(grave).then(alt.value(_PAPER)).otherwise(alt.value(_INK))
    return alt.layer(
        base.mark_rect(stroke="#c3cad1", strokeWidth=0.5).encode(color=colour),
        base.transform_filter("isValid(datum.excess)")
        .mark_text(fontSize=_size(columns))
        .encode(text=alt.Text(field="excess", type="quantitative", format="+.1f"), color=ink),
    ).properties(height=alt.Step(38), padding=_aslant(list(pairs["dataset"])))


def beside(numbers: pd.DataFrame) -> alt.LayerChart:
    """Draw our scores as dots with whiskers, and the published ones as diamonds beside them."""
    base = alt.Chart(numbers).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=_names(grid=True, labelLimit=480)),
        tooltip=[
            _said("what", "Published number"),
            _said("run", "Our run"),
            _number("published", "Published"),
            _number("ours", "Ours"),
            *_ends(),
            _count("n_published", "Clips published"),
            _count("n", "Clips here"),
            _said("reason", "Why they may not compare"),
        ],
    )
    whose = alt.Color(
        "whose:N",
        title=None,
        scale=alt.Scale(domain=["ours", "published"], range=[_BLUE, _RUST]),
        legend=alt.Legend(orient="top"),
    )
    score = alt.X(
        field="ours",
        type="quantitative",
        scale=alt.Scale(domain=[0, 1]),
        title="Score",
        axis=_ticks(),
    )
    return alt.layer(
        _whiskers(base, "ours", title="Score"),
        base.transform_calculate(whose="'ours'")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=score, color=whose),
        base.transform_calculate(whose="'published'")
        .mark_point(filled=True, size=90, shape="diamond", opacity=1)
        .encode(x=alt.X(field="published", type="quantitative"), color=whose),
    ).properties(height=alt.Step(26))


def read(shares: pd.DataFrame) -> alt.Chart:
    """Draw what became of the answers of one run, a bar per extraction."""
    order = list(terms.STATUSES)
    colours = ["#0b3c6f", "#4f8fc4", "#9cc3e0", "#c9b458", "#d98f4e", "#b9c0c7", "#6d3b3b"]
    place = " : ".join(f"datum.status == '{status}' ? {n}" for n, status in enumerate(order))
    return (
        alt.Chart(shares)
        .transform_calculate(place=f"{place} : {len(order)}")
        .mark_bar(height=24)
        .encode(
            x=alt.X(
                "share:Q",
                title="Share of clips",
                scale=alt.Scale(domain=[0, 1]),
                axis=_ticks(),
            ),
            y=alt.Y("extraction:N", sort=None, title=None, axis=_names()),
            color=alt.Color(
                "status:N",
                title=None,
                sort=order,
                scale=alt.Scale(domain=order, range=colours),
                legend=alt.Legend(orient="top", columns=7),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                _said("extraction", "Extraction"),
                _said("status", "Status"),
                _number("share", "Share of clips"),
                _count("n", "Clips"),
            ],
        )
        .properties(height=alt.Step(40))
    )


def sweep(scores: pd.DataFrame, metric: str, published: float) -> alt.LayerChart:
    """Draw a metric over the threshold of a rule, a line per run, the published one marked."""
    base = alt.Chart(scores).encode(
        x=alt.X(
            "threshold:Q",
            title="Threshold",
            scale=alt.Scale(zero=False, nice=False, padding=12),
            axis=alt.Axis(format=".2f", labelFontSize=_FONT, tickCount=9),
        ),
        y=alt.Y(
            field=metric,
            type="quantitative",
            title=terms.title(metric),
            scale=alt.Scale(domain=[0, 1]),
            axis=_ticks(),
        ),
        color=_run_colour(scores),
        detail="run:N",
        tooltip=[
            _said("run", "Run"),
            alt.Tooltip("threshold:Q", title="Threshold", format=".2f"),
            _number("macro_f1"),
            _number("answered_rate"),
        ],
    )
    mark = alt.Chart(pd.DataFrame({"threshold": [published]})).encode(x="threshold:Q")
    return alt.layer(
        mark.mark_rule(color=_FAINT, strokeDash=[4, 4]),
        base.mark_line(strokeWidth=2),
        base.mark_point(filled=True, size=45, opacity=1),
    ).properties(height=380)


def readings(shares: pd.DataFrame) -> alt.LayerChart:
    """Draw per collection of readings how often each extraction reads the same, with intervals."""
    base = alt.Chart(shares).encode(
        y=alt.Y(
            "collection:N", title=None, axis=_names(grid=True), scale=alt.Scale(paddingInner=0.4)
        ),
        yOffset=alt.YOffset("extraction:N"),
        color=alt.Color(
            "extraction:N",
            title="Extraction",
            scale=alt.Scale(scheme="tableau10"),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            _said("collection", "Collection"),
            _said("extraction", "Extraction"),
            _number("correct_rate", "Read as the reader does"),
            _number("low", "95 % interval from"),
            _number("high", "to"),
            _count("n", "Answers here"),
            _count("n_collection", "Answers read"),
        ],
    )
    score = alt.X(
        "correct_rate:Q",
        title="Share read as the reader does",
        scale=alt.Scale(domain=[0, 1]),
        axis=_ticks(),
    )
    return alt.layer(
        _whiskers(base, "correct_rate", None, "Share read as the reader does"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=score),
    ).properties(height=alt.Step(18, **{"for": "offset"}))


def reliability(bins: pd.DataFrame) -> alt.LayerChart:
    """Draw accuracy over confidence, a dot per bin as large as its clips."""
    square = alt.Scale(domain=[0, 1])
    confidence = alt.X(
        "mean_confidence:Q",
        title="Probability of the most probable label, mean of bin",
        scale=square,
        axis=_ticks(),
    )
    diagonal = alt.Chart(pd.DataFrame({"p": [0, 1]})).encode(
        x=alt.X("p:Q", scale=square), y=alt.Y("p:Q", scale=square)
    )
    base = alt.Chart(bins).encode(
        x=confidence,
        y=alt.Y("accuracy:Q", title="Accuracy", scale=square, axis=_ticks()),
        tooltip=[
            _number("bin_from", "Bin from"),
            _number("bin_to", "to"),
            _number("mean_confidence", "Mean confidence"),
            _number("accuracy"),
            _count("n", "Clips"),
        ],
    )
    gap = base.transform_calculate(perfect="datum.mean_confidence").mark_rule(
        color=_RUST, opacity=0.6, strokeWidth=2
    )
    size = alt.Size(
        "n:Q",
        title="Clips",
        scale=alt.Scale(range=[30, 500]),
        legend=alt.Legend(orient="top", symbolFillColor=_BLUE, symbolStrokeWidth=0),
    )
    return alt.layer(
        diagonal.mark_line(color=_FAINT, strokeDash=[4, 4], strokeWidth=1),
        gap.encode(y2="perfect:Q"),
        base.mark_point(filled=True, color=_BLUE, opacity=1).encode(size=size),
    ).properties(width=460, height=460)


def why(ratios: pd.DataFrame) -> alt.LayerChart:
    """Draw the words of an answer against its candidate labels; coloured is what counts."""
    columns = ratios["label"].nunique()
    words = list(dict.fromkeys(ratios["word"]))
    base = alt.Chart(ratios).encode(
        x=alt.X("label:N", title="Candidate label", axis=_heads(columns), scale=_GAPS),
        y=alt.Y("word:N", sort=words, title=None, axis=_names(), scale=_GAPS),
        tooltip=[
            _said("word", "Word"),
            _count("times", "Times said"),
            _said("label", "Label"),
            _number("ratio", "Levenshtein ratio"),
        ],
    )
    number = alt.Text(field="ratio", type="quantitative", format=".3f")
    return alt.layer(
        base.transform_filter("datum.counts")
        .mark_rect()
        .encode(color=_shade("ratio", "Levenshtein ratio")),
        base.transform_filter("datum.counts")
        .mark_text(fontSize=_size(columns), fontWeight="bold")
        .encode(text=number, color=_on_shade("ratio")),
        base.transform_filter("!datum.counts")
        .mark_text(fontSize=_size(columns), color=_FAINT)
        .encode(text=number),
    ).properties(height=alt.Step(34))


def heat_map(cells: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Draw corpus and language against emotion; a class that a corpus lacks leaves a gap."""
    columns = cells["emotion"].nunique()
    base = alt.Chart(cells).encode(
        x=alt.X("emotion:N", title="Emotion", axis=_heads(columns), scale=_GAPS),
        y=alt.Y("slice:N", sort=None, title=None, axis=_names(), scale=_GAPS),
        tooltip=[
            _said("dataset", "Dataset"),
            _said("language", "Language"),
            _said("emotion", "Emotion"),
            *(_number(name) for name in ("f1", "recall", "precision", "answered_rate")),
            _count("n", "Clips with this emotion"),
            _count("n_predicted", "Clips given this label"),
        ],
    )
    number = alt.Text(field=metric, type="quantitative", format=".3f")
    return alt.layer(
        base.mark_rect().encode(color=_shade(metric, terms.title(metric))),
        base.mark_text(fontSize=_size(columns)).encode(text=number, color=_on_shade(metric)),
    ).properties(height=alt.Step(38))


def confusion(matrix: pd.DataFrame, numbers: str) -> alt.LayerChart:
    """Draw true emotion against label, coloured by share; `numbers` is the column `n` or `share`.

    Zeros are printed faintly: they say that nothing was confused there.
    """
    columns = matrix["label"].nunique()
    base = alt.Chart(matrix).encode(
        x=alt.X(
            "label:N",
            sort=None,
            title="Label read in the answer",
            axis=_heads(columns),
            scale=_GAPS,
        ),
        y=alt.Y("emotion:N", sort=None, title="True emotion", axis=_names(), scale=_GAPS),
        tooltip=[
            _said("emotion", "True emotion"),
            _said("label", "Label"),
            _count("n", "Clips"),
            _number("share", "Share of true class"),
            _count("clips", "Clips with this emotion"),
        ],
    )
    text = alt.Text(field=numbers, type="quantitative", format=".3f" if numbers == "share" else ",")
    return alt.layer(
        base.mark_rect().encode(color=_shade("share", "Share of true class")),
        base.transform_filter("datum.n > 0")
        .mark_text(fontSize=_size(columns))
        .encode(text=text, color=_on_shade("share")),
        base.transform_filter("datum.n == 0").mark_text(
            fontSize=_size(columns), text="0", color=_FAINT
        ),
    ).properties(height=alt.Step(42))


def _score(metric: str) -> alt.X:
    scale = alt.Scale(domain=[0, 1])
    return alt.X(
        field=metric, type="quantitative", scale=scale, title=terms.title(metric), axis=_ticks()
    )


def _ticks() -> alt.Axis:
    return alt.Axis(values=_TICKS, format=".1f", labelFlush=False, labelFontSize=_FONT)


def _whiskers(
    base: alt.Chart, metric: str, colour: str | None = _BLUE, title: str | None = None
) -> alt.Chart:
    """Draw the interval of every row that has one, in the colour of `base` if none is given."""
    look = {} if colour is None else {"color": colour}
    score = alt.X(
        field="low",
        type="quantitative",
        scale=alt.Scale(domain=[0, 1]),
        title=title or terms.title(metric),
        axis=_ticks(),
    )
    return (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2, **look)
        .encode(x=score, x2=alt.X2(field="high"))
    )


def _best_first(metric: str) -> alt.EncodingSortField:
    return alt.EncodingSortField(field=metric, op="max", order="descending")


def _run_colour(scores: pd.DataFrame) -> alt.Color:
    """Tell systems apart by colour, or the temperatures of a single one."""
    systems = scores["series"].nunique()
    if systems > 1:
        scheme = "tableau10" if systems <= 10 else "tableau20"
        legend = alt.Legend(orient="top", columns=4, labelLimit=280)
        return alt.Color("series:N", title="System", scale=alt.Scale(scheme=scheme), legend=legend)
    shades = alt.SchemeParams(name="viridis", extent=[0.1, 0.85])
    legend = alt.Legend(orient="top", format="~g")
    scale = alt.Scale(scheme=shades)
    return alt.Color("temperature:O", title="Temperature", scale=scale, legend=legend)


def _names(**more: Any) -> alt.Axis:  # noqa: ANN401
    """The axis that names rows. Not flush, which would move the outermost names off their rows."""
    look = {"labelLimit": 320, "labelFontSize": _FONT, **more}
    return alt.Axis(labelFlush=False, labelBound=False, **look)


def _size(columns: int) -> int:
    """The size of numbers in cells: many columns are narrow."""
    return _FONT if columns <= 14 else 11


def _heads(count: int) -> alt.Axis:
    """The axis that names columns, above them; many names are set aslant."""
    angle = 0 if count <= 11 else -40
    return alt.Axis(
        orient="top",
        labelAngle=angle,
        labelAlign="left" if angle else "center",
        labelLimit=320,
        labelFlush=False,
        labelBound=False,
        labelOverlap=False,
        labelFontSize=_FONT,
    )


def _aslant(names: list[str]) -> dict[str, int]:
    """Room at the right for the last of the names that are set aslant above columns."""
    return {"left": 5, "top": 5, "bottom": 5, "right": min(250, 5 * len(names[-1]))}


def _shade(field: str, title: str) -> alt.Color:
    # Below the cells, which need the width.
    legend = alt.Legend(orient="bottom", format=".1f", values=_TICKS, gradientLength=240)
    return alt.Color(
        field=field, type="quantitative", scale=_SEQUENTIAL, title=title, legend=legend
    )


def _on_shade(field: str) -> Any:  # noqa: ANN401
    dark = alt.datum[field] >= _DARK_FROM
    return alt.when(dark).then(alt.value(_PAPER)).otherwise(alt.value(_INK))


def _said(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="nominal", title=title)


def _number(metric: str, title: str | None = None) -> alt.Tooltip:
    return alt.Tooltip(
        field=metric, type="quantitative", format=".3f", title=title or terms.title(metric)
    )


def _signed(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format="+.3f", title=title)


def _ends() -> list[alt.Tooltip]:
    return [_number("low", "95 % interval from"), _number("high", "to")]


def _count(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format=",", title=title)
