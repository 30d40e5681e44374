"""The opinion map as a picture: SVG for pages, PNG for chats.

Drawn is one ellipse a group, from its centre and spread, and no person. A dot a person would give
votes away: the position is a weighted sum of somebody's votes, so whoever knows a few of a friend's
votes finds the dot and reads off the rest, and a dot that moves from one picture to the next is a
single vote. The corners of a hull are such dots. An ellipse is made of ten people or more.

Groups differ by letter, by the shape that holds it and by the line around them, so the colours may
be lost. The words are the caller's, and so is the text that stands for the picture.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Ellipse, Rectangle

from bot.opinions.groups import Group, Groups

# All lengths are inches, of which a page has 96 pixels and the PNG 288.
DOTS_PER_INCH = 288
WIDTH = 3.75
"""A phone's 360 pixels."""
MARGIN = 0.12
MAP = WIDTH - 2 * MARGIN
LINE = 0.24
"""From one line of text to the next."""
KEY = 0.38
"""From one group's words to the next group's."""
INDENT = 0.38
"""From a group's shape to its words."""

TEXT_SIZE = 11.5
"""Points: 15 pixels of a page."""
SHAPE_SIZE = 20.0
LINE_LENGTH = 36
"""Characters."""
DEVIATIONS = 1.5
"""An ellipse reaches so many standard deviations: two thirds of a bell-shaped group."""
LEAST_RADIUS = 0.06
"""Of the map: where all of a group vote alike, its ellipse is still seen."""
INK, FRAME, PAPER = "#1a1a1a", "#767676", "#ffffff"


@dataclass(frozen=True)
class Style:
    """What a group is known by, besides its letter.

    Attributes:
        colour: Of all that is drawn for it.
        shape: Of what holds its letter, as matplotlib names it.
        size: Of that shape, so that all look alike in size and hold a letter.
        line: Around its ellipse.
        lowered: How far the letter stands below the shape's middle.
    """

    colour: str
    shape: str
    size: float
    line: Any
    lowered: float = 0.0


STYLES = (
    Style("#0072b2", "o", 1.0, "solid"),
    Style("#c24a00", "s", 0.9, "dashed"),
    Style("#00795a", "^", 1.35, "dotted", lowered=0.04),
    Style("#8f3f97", "D", 0.85, "dashdot"),
    Style("#555555", "h", 1.1, (0, (8, 2, 1, 2, 1, 2))),
)
"""In the order of the groups; letters in white on these colours have a contrast of 4.9 to 1."""


@dataclass(frozen=True)
class Picture:
    """One drawing in two formats."""

    svg: str
    png: bytes


def draw(groups: Groups, *, title: str, labels: Sequence[str]) -> Picture:
    """Draw the map; the same groups and words make the same SVG, byte for byte.

    Not from several threads at once, because matplotlib's settings are global.

    Args:
        groups: As found, so none of fewer than ten people.
        title: Above the map.
        labels: Below the map, beside each group's shape, in the order of the groups.
    """
    if len(labels) != len(groups.groups):
        raise ValueError(f"{len(groups.groups)} groups need as many labels, not {len(labels)}.")
    # Nothing is left to the machine's own settings, nor to chance.
    fixed = {**matplotlib.rcParamsDefault, "svg.hashsalt": "opinions", "svg.fonttype": "path"}
    with matplotlib.rc_context(fixed):
        figure = _page(groups, title, labels)
        return Picture(svg=_svg(figure), png=_png(figure))


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _page(groups: Groups, title: str, labels: Sequence[str]) -> Figure:
    heading = textwrap.wrap(title, LINE_LENGTH)
    words = [textwrap.wrap(label, LINE_LENGTH) or [""] for label in labels]
    top = MARGIN + LINE * len(heading)
    bottom = top + MAP + MARGIN
    height = bottom + sum(KEY + LINE * (len(lines) - 1) for lines in words) + MARGIN

    figure = Figure(figsize=(WIDTH, height), dpi=DOTS_PER_INCH, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    _write(axes, heading, (MARGIN, MARGIN + LINE / 2), bold=True)
    _draw_map(axes, groups.groups, top)
    _draw_keys(axes, groups.groups, words, bottom + KEY / 2)
    return figure


def _draw_map(axes: Axes, groups: Sequence[Group], top: float) -> None:
    """Fit all ellipses into the map's square, at the same scale both ways."""
    axes.add_patch(Rectangle((MARGIN, top), MAP, MAP, facecolor=PAPER, edgecolor=FRAME))
    centres = np.array([group.centre for group in groups])
    reach = DEVIATIONS * np.sqrt([np.diagonal(group.spread) for group in groups])
    low, high = (centres - reach).min(axis=0), (centres + reach).max(axis=0)
    scale = MAP * (1 - 3 * LEAST_RADIUS) / (high - low).max()
    middle = np.array([MARGIN + MAP / 2, top + MAP / 2])
    places = middle + (centres - (low + high) / 2) * scale
    for group, style, place in zip(groups, STYLES, places.tolist()):
        axes.add_patch(_ellipse(group, style, place, scale))
    for group, style, place in zip(groups, STYLES, places.tolist()):
        _draw_shape(axes, group, style, place)


def _ellipse(group: Group, style: Style, place: tuple[float, float], scale: float) -> Ellipse:
    variances, directions = np.linalg.eigh(np.array(group.spread))
    radii = np.maximum(DEVIATIONS * np.sqrt(variances.clip(min=0)) * scale, LEAST_RADIUS * MAP)
    return Ellipse(
        place,
        width=2 * radii[1],
        height=2 * radii[0],
        angle=float(np.degrees(np.arctan2(directions[1, 1], directions[0, 1]))),
        facecolor=(style.colour, 0.15),
        edgecolor=style.colour,
        linestyle=style.line,
        linewidth=2,
    )


def _draw_shape(axes: Axes, group: Group, style: Style, place: Sequence[float]) -> None:
    x, y = place
    size = SHAPE_SIZE * style.size
    axes.plot(x, y, style.shape, color=style.colour, markersize=size, markeredgecolor=PAPER)
    letter_at = (x, y + style.lowered)
    _write(axes, [group.letter], letter_at, bold=True, colour=PAPER, align="center")


def _draw_keys(
    axes: Axes, groups: Sequence[Group], words: Sequence[Sequence[str]], first: float
) -> None:
    y = first
    for group, style, lines in zip(groups, STYLES, words):
        _draw_shape(axes, group, style, (MARGIN + INDENT / 2, y))
        _write(axes, lines, (MARGIN + INDENT + 0.05, y))
        y += KEY + LINE * (len(lines) - 1)


def _write(
    axes: Axes,
    lines: Sequence[str],
    place: tuple[float, float],
    *,
    bold: bool = False,
    colour: str = INK,
    align: str = "left",
) -> None:
    x, y = place
    for number, line in enumerate(lines):
        axes.text(
            x,
            y + number * LINE,
            line,
            color=colour,
            fontproperties=_font(bold),
            ha=align,
            va="center_baseline",
            parse_math=False,
        )


def _font(bold: bool) -> FontProperties:
    """Take matplotlib's own font: the machine's may look another way, or lack accents."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return FontProperties(fname=path, size=TEXT_SIZE)
