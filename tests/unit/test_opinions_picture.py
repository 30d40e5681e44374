"""The picture of the map: the same bytes for the same groups, and no person in it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest

from bot.opinions.groups import MOST_GROUPS, Group, Groups
from bot.opinions.picture import DOTS_PER_INCH, PAPER, STYLES, WIDTH, draw

ROOT = Path(__file__).resolve().parents[2]
SPREADS = (
    ((1.0, 0.5), (0.5, 1.0)),
    ((0.5, -0.4), (-0.4, 1.5)),
    ((0.0, 0.0), (0.0, 0.0)),
    ((2.0, 0.0), (0.0, 0.2)),
    ((1.0, 0.0), (0.0, 1.0)),
)
CENTRES = ((0.0, 0.0), (4.0, 1.0), (-3.0, 3.0), (-4.0, -3.0), (2.5, -4.0))


def groups_of(number: int, people: int = 25) -> Groups:
    each = (
        Group(letter, tuple(f"{letter}{index}" for index in range(people)), centre, spread)
        for letter, centre, spread in zip("ABCDE"[:number], CENTRES, SPREADS)
    )
    return Groups(tuple(each), 0.5, (0.3, 0.1), 0, "hash", (("numpy", "2"),))


def labels_of(number: int) -> list[str]:
    return [f"Groupe {letter}" for letter in "ABCDE"[:number]]


def test_same_groups_make_the_same_bytes() -> None:
    first = draw(groups_of(3), title="Écoles", labels=labels_of(3))
    assert draw(groups_of(3), title="Écoles", labels=labels_of(3)) == first
    assert draw(groups_of(3), title="Parcs", labels=labels_of(3)).svg != first.svg


def test_another_process_makes_the_same_svg() -> None:
    here = draw(groups_of(2), title="É", labels=labels_of(2)).svg
    script = (
        "import hashlib\n"
        "from bot.opinions.picture import draw\n"
        "from tests.unit.test_opinions_picture import groups_of, labels_of\n"
        "svg = draw(groups_of(2), title='É', labels=labels_of(2)).svg\n"
        "print(hashlib.sha256(svg.encode()).hexdigest())\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert there.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


def test_settings_of_the_machine_change_nothing_and_stay() -> None:
    plain = draw(groups_of(2), title="É", labels=labels_of(2))
    with matplotlib.rc_context({"font.size": 30, "savefig.dpi": 50, "text.usetex": True}):
        assert draw(groups_of(2), title="É", labels=labels_of(2)) == plain
        assert matplotlib.rcParams["savefig.dpi"] == 50


def test_picture_knows_centre_and_spread_only() -> None:
    few = draw(groups_of(3), title="É", labels=labels_of(3))
    many = draw(groups_of(3, people=5_000), title="É", labels=labels_of(3))
    assert many == few


def test_png_is_a_phone_wide() -> None:
    png = draw(groups_of(2), title="É", labels=labels_of(2)).png
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width = int.from_bytes(png[16:20], "big")
    assert width == WIDTH * DOTS_PER_INCH == 3 * 360


def test_longer_words_make_it_higher_and_not_wider() -> None:
    short = size_of(draw(groups_of(2), title="Écoles", labels=["a", "b"]).svg)
    long = size_of(draw(groups_of(2), title="Écoles " * 20, labels=["mot " * 30, "b"]).svg)
    assert long[0] == short[0] == 270  # points: 360 pixels of a page
    assert long[1] > short[1]


def test_words_are_not_read_as_formulas_or_markup() -> None:
    svg = draw(groups_of(2), title="10 $ & <b> 20 $ --> \\frac{", labels=["$x^$", ""]).svg
    ElementTree.fromstring(svg)
    assert "NaN" not in svg
    assert "nan" not in svg


def test_each_group_has_its_own_colour_shape_and_line() -> None:
    assert len(STYLES) == MOST_GROUPS
    assert len({style.colour for style in STYLES}) == MOST_GROUPS
    assert len({style.shape for style in STYLES}) == MOST_GROUPS
    assert len({str(style.line) for style in STYLES}) == MOST_GROUPS


@pytest.mark.parametrize("colour", [style.colour for style in STYLES])
def test_letters_on_every_colour_can_be_read(colour: str) -> None:
    assert (brightness(PAPER) + 0.05) / (brightness(colour) + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_groups_need_as_many_labels() -> None:
    with pytest.raises(ValueError, match="3 groups need as many labels, not 2"):
        draw(groups_of(3), title="É", labels=labels_of(2))


@pytest.mark.parametrize("number", range(2, MOST_GROUPS + 1))
def test_every_ellipse_is_drawn_inside_the_map(number: int) -> None:
    svg = draw(groups_of(number), title="É", labels=labels_of(number)).svg
    far = replace(groups_of(number), groups=tuple(far_away(groups_of(number).groups)))
    # Only how they lie to each other counts, not where or how large the map is.
    moved = draw(far, title="É", labels=labels_of(number)).svg
    assert [points_of(path) for path in ellipses(moved)] == [
        pytest.approx(points_of(path), abs=0.01) for path in ellipses(svg)
    ]
    map_square = points_of(patches(svg)[0])
    assert len(ellipses(svg)) == number
    for path in ellipses(svg):
        xs, ys = points_of(path)[::2], points_of(path)[1::2]
        assert min(map_square[::2]) < min(xs)
        assert max(xs) < max(map_square[::2])
        assert min(map_square[1::2]) < min(ys)
        assert max(ys) < max(map_square[1::2])


def far_away(groups: tuple[Group, ...]) -> list[Group]:
    """The same groups ten times as large, elsewhere."""
    far = []
    for group in groups:
        (xx, xy), (yx, yy) = group.spread
        centre = (10 * group.centre[0] + 500, 10 * group.centre[1] - 70)
        spread = ((100 * xx, 100 * xy), (100 * yx, 100 * yy))
        far.append(replace(group, centre=centre, spread=spread))
    return far


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def size_of(svg: str) -> tuple[float, float]:
    width, height = ElementTree.fromstring(svg).attrib["viewBox"].split()[2:]
    return float(width), float(height)


def patches(svg: str) -> list[str]:
    """What is drawn with an outline and a filling, after the paper: the map, then the ellipses."""
    drawing = ElementTree.fromstring(svg)
    paths = [
        group.find("{*}path")
        for group in drawing.iter("{http://www.w3.org/2000/svg}g")
        if group.get("id", "").startswith("patch_")
    ]
    return [path.attrib["d"] for path in paths if path is not None][1:]


def ellipses(svg: str) -> list[str]:
    return [path for path in patches(svg) if "C" in path]


def points_of(path: str) -> list[float]:
    return [float(word) for word in path.split() if word not in "MLCz"]
