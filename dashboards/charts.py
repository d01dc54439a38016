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
_BLUE = "#2b6ca3"
_INK, _PAPER, _FAINT = "#1b2733", "#ffffff", "#7a8691"
"""Numbers on light cells, on dark cells, and where they should not catch the eye (on any page)."""
_FONT = 13
_GAPS = alt.Scale(paddingInner=0.04)


def bars(board: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Draw one bar per run, the best on top; that of a run over part of the clips is pale."""
    best_first = alt.EncodingSortField(field=metric, op="max", order="descending")
    base = alt.Chart(board).encode(
        x=_score(metric),
        y=alt.Y("run:N", sort=best_first, title=None, axis=_names()),
        tooltip=[
            _said("run", "Run"),
            _number(metric),
            _count("n", "Clips"),
            _number("coverage", "Coverage"),
        ],
    )
    number = alt.Text(field=metric, type="quantitative", format=".3f")
    part = alt.when(alt.datum["coverage"] < 1).then(alt.value(0.35)).otherwise(alt.value(1))
    return alt.layer(
        base.mark_bar(color=_BLUE, height=18).encode(opacity=part),
        base.mark_text(align="left", dx=6, fontSize=_FONT, color=_FAINT).encode(text=number),
    ).properties(height=alt.Step(32))


def dots(scores: pd.DataFrame, by: str, metric: str) -> alt.Chart:
    """Draw one row per value of `by`, in it a lane per temperature, in that a dot per run.

    Several systems are told apart by colour; a single one is coloured by temperature.
    """
    temperature = "temperature:O"
    systems = scores["series"].nunique()
    if systems > 1:
        scheme = "tableau10" if systems <= 10 else "tableau20"
        legend = alt.Legend(orient="top", columns=2, labelLimit=280)
        colour = alt.Color(
            "series:N", title="System", scale=alt.Scale(scheme=scheme), legend=legend
        )
    else:
        shades = alt.SchemeParams(name="viridis", extent=[0.1, 0.85])
        legend = alt.Legend(orient="top", format="~g")
        colour = alt.Color(
            temperature, title="Temperature", scale=alt.Scale(scheme=shades), legend=legend
        )
    lanes = alt.Step(max(12, 30 // scores["temperature"].nunique()), **{"for": "offset"})
    return (
        alt.Chart(scores)
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=_score(metric),
            y=alt.Y(
                field=by,
                type="nominal",
                sort=None,
                title=None,
                axis=_names(grid=True),
                scale=alt.Scale(paddingInner=0.4),
            ),
            yOffset=temperature,
            color=colour,
            tooltip=[
                _said(by, by.capitalize()),
                _said("run", "Run"),
                _number(metric),
                _count("n", "Clips"),
            ],
        )
        .properties(height=lanes)
    )


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
    axis = alt.Axis(values=_TICKS, format=".1f", labelFlush=False, labelFontSize=_FONT)
    scale = alt.Scale(domain=[0, 1])
    return alt.X(
        field=metric, type="quantitative", scale=scale, title=terms.title(metric), axis=axis
    )


def _names(**more: Any) -> alt.Axis:  # noqa: ANN401
    """The axis that names rows. Not flush, which would move the outermost names off their rows."""
    return alt.Axis(labelLimit=320, labelFlush=False, labelBound=False, labelFontSize=_FONT, **more)


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
        labelFlush=False,
        labelBound=False,
        labelOverlap=False,
        labelFontSize=_FONT,
    )


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


def _count(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format=",", title=title)
