"""Small charts as SVG: no style attribute, no script, no colour that alone says something.

Colours, sizes of text and the shape of marks are classes of `static/insight.css`. Every chart has a
title and says its main numbers in words; the page shows the whole table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 420
LABEL, BAR, GAP = 18, 12, 12
"""Heights within one bar of a chart."""
LONGEST_LABEL = 50
TOP, PLOT, BOTTOM, LEFT, RIGHT = 34, 150, 26, 8, 8
"""Of a chart of lines."""


@dataclass(frozen=True)
class Bar:
    """One bar."""

    label: str
    value: float | None
    """None is hidden."""
    shown: str
    """The value, or that it is hidden, in words; other words beside it too."""


@dataclass(frozen=True)
class Line:
    """One series of a chart of lines."""

    name: str
    values: Sequence[float | None]
    """None leaves a gap."""


def bars(id: str, items: Sequence[Bar], *, title: str, words: str) -> Markup:
    """Bars one under another, each under its label."""
    most = max((bar.value for bar in items if bar.value is not None), default=0) or 1
    return _bars(id, items, most, title=title, words=words, is_centred=False)


def funnel(id: str, items: Sequence[Bar], *, title: str, words: str) -> Markup:
    """Bars that grow narrower around one middle."""
    most = max((bar.value for bar in items if bar.value is not None), default=0) or 1
    return _bars(id, items, most, title=title, words=words, is_centred=True)


def _bars(
    id: str, items: Sequence[Bar], most: float, *, title: str, words: str, is_centred: bool
) -> Markup:
    pieces = []
    for at, bar in enumerate(items):
        y = at * (LABEL + BAR + GAP)
        label = bar.label
        if len(label) + len(bar.shown) > LONGEST_LABEL:
            label = label[: max(8, LONGEST_LABEL - len(bar.shown))].rstrip() + "…"
        pieces.append(_text(0, y + LABEL - 5, label))
        pieces.append(_text(WIDTH, y + LABEL - 5, bar.shown, anchor="end", kind="number"))
        pieces.append(_rectangle(0, y + LABEL, WIDTH, "under"))
        if bar.value is not None:
            width = max(2.0, WIDTH * bar.value / most)
            x = (WIDTH - width) / 2 if is_centred else 0
            pieces.append(_rectangle(x, y + LABEL, width, "bar"))
    return _chart(id, len(items) * (LABEL + BAR + GAP), title, words, pieces)


def lines(
    id: str,
    labels: Sequence[str],
    series: Sequence[Line],
    *,
    title: str,
    words: str,
    top: str,
    most: float,
) -> Markup:
    """Lines over time, from nothing up to `most`, each with marks of its own shape.

    Args:
        id: Of the chart, within its page.
        labels: What stands under the first and the last point.
        series: The lines, two at most.
        title: What the chart is about.
        words: What it shows, for those who cannot see it.
        top: `most`, in words.
        most: The highest value that fits.
    """
    base = TOP + PLOT
    pieces = [
        _path("grid", f"M{LEFT} {TOP}H{WIDTH - RIGHT}M{LEFT} {(TOP + base) / 2}H{WIDTH - RIGHT}"),
        _path("axis", f"M{LEFT} {base}H{WIDTH - RIGHT}"),
        _text(WIDTH - RIGHT, TOP - 6, top, anchor="end", kind="number"),
    ]
    x = LEFT
    for at, line in enumerate(series):
        pieces.append(_path(f"line line-{at + 1}", f"M{x} 12h28"))
        pieces.append(_path(f"mark-{at + 1}", f"M{x + 14} 12h0"))
        pieces.append(_text(x + 36, 17, line.name))
        x += 60 + 8 * len(line.name)
        pieces += _line(line, at, most, base)
    if labels:
        pieces.append(_text(LEFT, base + 20, labels[0]))
    if len(labels) > 1:
        pieces.append(_text(WIDTH - RIGHT, base + 20, labels[-1], anchor="end"))
    return _chart(id, base + BOTTOM, title, words, pieces)


def _line(line: Line, at: int, most: float, base: float) -> list[Markup]:
    width = WIDTH - LEFT - RIGHT - 8
    count = len(line.values)
    path, marks, is_on = "", "", False
    for place, value in enumerate(line.values):
        if value is not None:
            x = LEFT + 4 + (width * place / (count - 1) if count > 1 else width / 2)
            y = base - PLOT * min(1.0, value / (most or 1))
            path += f"{'L' if is_on else 'M'}{x:.0f} {y:.1f}"
            marks += f"M{x:.0f} {y:.1f}h0"
        is_on = value is not None
    return [_path(f"line line-{at + 1}", path), _path(f"mark-{at + 1}", marks)] if path else []


def _path(kind: str, path: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(kind, path)


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "label") -> Markup:
    return Markup('<text class="{}" x="{:g}" y="{:g}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )


def _rectangle(x: float, y: float, width: float, kind: str) -> Markup:
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:g}" width="{:.1f}" height="{}" rx="3"/>'
    ).format(kind, x, y, width, BAR)


def _chart(id: str, height: float, title: str, words: str, pieces: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {:g}" role="img"'
        ' aria-labelledby="{}-title" aria-describedby="{}-words"><title id="{}-title">{}</title>'
        '<desc id="{}-words">{}</desc>{}</svg>'
    ).format(WIDTH, height, id, id, id, escape(title), id, escape(words), Markup("").join(pieces))
