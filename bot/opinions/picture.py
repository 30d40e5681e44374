"""The opinion map as a picture: SVG for pages, PNG for chats.

Drawn is one ellipse a group, from its centre and spread, and no person. A dot a person would give
votes away: the position is a weighted sum of somebody's votes, so whoever knows a few of a friend's
votes finds the dot and reads off the rest, and from one picture to the next a single moved dot is a
single vote. A hull's corners are such dots. An ellipse is made of ten people or more.

Groups differ by letter, by the shape that stands at their centre and by the line around them, so
the colours may be lost. The words are the caller's, and so is the text that stands for the picture.
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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Ellipse

from bot.opinions.groups import Group, Groups

WIDTH = 3.75
"""Inches: a phone's 360 pixels, at the 96 to the inch of a page."""
DOTS_PER_INCH = 288
"""Of the PNG: three dots for each of those pixels."""
TEXT_SIZE = 11.5
"""Points: 15 of those pixels."""
LINE = 0.23
"""Inches from one line of text to the next."""
LINE_LENGTH = 34
DEVIATIONS = 1.5
"""Two thirds of a group's people lie inside its ellipse, if it is bell-shaped."""
LEAST_RADIUS = 0.12
"""Of the farthest point of the map: where all of a group vote alike, its ellipse is still seen."""
INK = "#1a1a1a"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Style:
    """What a group is known by."""

    colour: str
    shape: str
    line: str | tuple[int, tuple[int, ...]]


STYLES = (
    Style("#0072b2", "o", "solid"),
    Style("#c24a00", "s", "dashed"),
    Style("#00795a", "^", "dotted"),
    Style("#8f3f97", "D", "dashdot"),
    Style("#555555", "P", (0, (8, 2, 1, 2, 1, 2))),
)
"""In the order of the groups; white letters on each colour have a contrast of 4.9 to 1."""


@dataclass(frozen=True)
class Picture:
    """The same drawing, twice."""

    svg: str
    png: bytes


def draw(groups: Groups, *, title: str, labels: Sequence[str]) -> Picture:
    """Draw the map; the same groups and words make the same SVG, byte for byte.

    Not for several threads at once: matplotlib's settings are global.

    Args:
        groups: As found; a group of fewer than ten is never found.
        title: Above the map.
        labels: One for each group, in their order, below the map beside its shape.
    """
    with matplotlib.rc_context(_settings()):
        figure = _figure(groups, title, labels)
        return Picture(svg=_svg(figure), png=_png(figure))


def _settings() -> dict[str, Any]:
    """Leave nothing to the machine's own settings, nor to chance."""
    ours = {"svg.hashsalt": "opinion-groups", "svg.fonttype": "path"}
    return {**matplotlib.rc_params_from_file(matplotlib.matplotlib_fname()), **ours}


def _figure(groups: Groups, title: str, labels: Sequence[str]) -> Figure:
    heading = textwrap.wrap(title, LINE_LENGTH)
    keys = [textwrap.wrap(label, LINE_LENGTH) for label in labels]
    lines = len(heading) + sum(map(len, keys)) + 1
    height = WIDTH + LINE * lines
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS_PER_INCH, facecolor=PAPER)
    _map(figure, groups.groups, (0.0, (height - WIDTH - LINE * (len(heading) + 0.5)) / height))
    return figure


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return out.getvalue()
