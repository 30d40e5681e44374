"""No hidden number can be worked out from the numbers that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.console.insight.hiding import Things, rounded, visible, visible_steps

sizes = st.one_of(st.integers(0, 12), st.integers(0, 60))
tables = st.lists(st.tuples(sizes, sizes), min_size=1, max_size=7)


def things_of(table: Sequence[tuple[int, int]]) -> tuple[Things, NDArray[np.bool_]]:
    """One thing and one row for each person; and who is chosen by the filter."""
    row, chosen = [], []
    for at, (inside, outside) in enumerate(table):
        row += [at] * (inside + outside)
        chosen += [True] * inside + [False] * outside
    count = len(row)
    things = Things(np.array(row, dtype=np.int64), np.arange(count, dtype=np.int64))
    return things, np.array(chosen, dtype=np.bool_)


def is_known(equations: Sequence[Sequence[int]], atom: int) -> bool:
    """Whether a reader who solves all equations learns the number of one atom exactly."""
    if not equations:
        return False
    matrix = np.array(equations, dtype=float)
    wanted = np.zeros((1, matrix.shape[1]))
    wanted[0, atom] = 1
    rank = np.linalg.matrix_rank(matrix)
    return bool(np.linalg.matrix_rank(np.vstack([matrix, wanted])) == rank)


def equations_of(
    table: Sequence[tuple[int, int]], shown: NDArray[np.bool_], sides: Sequence[int]
) -> list[list[int]]:
    """What a page tells, even unrounded: each shown row, and the total.

    Atoms are the chosen people of each row, then those left out of each row.
    """
    rows = len(table)

    def over(places: Sequence[int]) -> list[int]:
        return [int(atom % rows in places and atom // rows in sides) for atom in range(2 * rows)]

    return [over([at]) for at in range(rows) if shown[at]] + [over(range(rows))]


@settings(max_examples=400, deadline=None)
@given(tables)
def test_no_number_under_ten_follows_from_the_rows_and_their_total(
    table: list[tuple[int, int]],
) -> None:
    table = [(inside, 0) for inside, _ in table]
    things, chosen = things_of(table)
    if len(chosen) < 10:  # such a selection is refused as a whole
        return
    shown = visible([things], rows=len(table), viewpoints=[chosen])
    equations = equations_of(table, shown, sides=[0])
    for at, (inside, _) in enumerate(table):
        if 1 <= inside <= 9:
            assert not shown[at]
            assert not is_known(equations, at)
    hidden = sum(inside for at, (inside, _) in enumerate(table) if not shown[at])
    assert hidden == 0 or hidden >= 10


@settings(max_examples=400, deadline=None)
@given(tables)
def test_nor_from_a_page_with_a_filter_and_the_page_without_it(
    table: list[tuple[int, int]],
) -> None:
    things, chosen = things_of(table)
    inside, outside = int(chosen.sum()), int((~chosen).sum())
    if inside < 10 or 1 <= outside <= 9:  # refused as a whole
        return
    everybody = np.ones(len(chosen), dtype=np.bool_)
    rows = len(table)
    without = visible([things], rows=rows, viewpoints=[everybody])
    within = visible([things], rows=rows, viewpoints=[chosen, ~chosen])
    equations = equations_of(table, without, [0, 1]) + equations_of(table, within, [0])
    for at, (one, other) in enumerate(table):
        for atom, people in ((at, one), (rows + at, other)):
            if 1 <= people <= 9:
                assert not is_known(equations, atom)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(0, 40))
def test_no_step_tells_how_many_stopped_where_they_are_under_ten(
    stopped: list[int], finished: int
) -> None:
    steps = len(stopped) + 1
    furthest = np.repeat(np.arange(steps), [*stopped, finished])
    everybody = np.ones(len(furthest), dtype=np.bool_)
    shown = visible_steps(furthest, steps=steps, viewpoints=[everybody])
    told = [int((furthest >= step).sum()) for step in range(steps) if shown[step]]
    assert all(reached >= 10 for reached in told)
    for before, after in pairwise(told):
        assert before - after == 0 or before - after >= 10


def test_somebody_behind_many_things_is_one_person() -> None:
    things = Things(np.zeros(500, dtype=np.int64), np.arange(500, dtype=np.int64) % 9)
    everybody = np.ones(9, dtype=np.bool_)
    assert not visible([things], rows=1, viewpoints=[everybody]).any()


def test_smallest_row_hides_too_where_one_alone_would_follow_from_the_total() -> None:
    things, chosen = things_of([(40, 0), (3, 0), (12, 0), (25, 0)])
    shown = visible([things], rows=4, viewpoints=[chosen])
    assert shown.tolist() == [True, False, False, True]


def test_row_hides_where_those_without_the_part_are_too_few() -> None:
    whole, chosen = things_of([(30, 0), (40, 0), (50, 0), (60, 0)])
    is_part = np.ones(180, dtype=np.bool_)
    is_part[:4] = False  # 4 of the first 30 lack it: "30 less 26" would tell of them
    is_part[30:50] = False
    is_part[70:90] = False
    is_part[120:140] = False
    measures = [whole, whole.where(is_part), whole.where(~is_part)]
    shown = visible(measures, rows=4, viewpoints=[chosen])
    assert shown.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (10, 10), (12, 10), (13, 15), (17, 15), (1003, 1005)]
)
def test_numbers_are_shown_to_the_nearest_five(number: int, shown: int) -> None:
    assert rounded(number) == shown
