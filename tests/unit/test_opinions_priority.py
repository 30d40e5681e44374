"""Which statement comes next: the weights by hand, and a draw that can be repeated."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opinions.lots import choose_statement
from bot.opinions.priority import META_WEIGHT, statement_weights, weights
from bot.opinions.votes import Counts, Vote, build_matrix


@pytest.mark.parametrize(
    ("agree", "disagree", "voters", "extremity", "expected"),
    [
        # [(1 - p)(E + 1)a(1 + 8 * 2^(-S/5))]^2
        pytest.param(0, 0, 0, 0.0, (1 / 2 * 1 * 1 / 2 * 9) ** 2, id="new"),
        pytest.param(5, 0, 5, 0.0, (6 / 7 * 1 * 6 / 7 * 5) ** 2, id="all agree"),
        pytest.param(5, 0, 5, 1.5, (6 / 7 * 2.5 * 6 / 7 * 5) ** 2, id="extreme"),
        pytest.param(0, 5, 5, 0.0, (6 / 7 * 1 * 1 / 7 * 5) ** 2, id="all disagree"),
        pytest.param(0, 0, 5, 0.0, (1 / 7 * 1 * 1 / 7 * 5) ** 2, id="all pass"),
        pytest.param(3, 4, 10, 1.0, (2 / 3 * 2 * 1 / 3 * 3) ** 2, id="mixed"),
    ],
)
def test_weight_follows_the_formula(
    agree: int, disagree: int, voters: int, extremity: float, expected: float
) -> None:
    counts = Counts(np.array([agree]), np.array([disagree]), np.array([voters]))
    assert weights(counts, np.array([extremity])).tolist() == pytest.approx([expected])


def test_statements_without_a_map_weigh_as_in_its_middle() -> None:
    votes: list[Vote] = [(person, "old", 1) for person in "abcde"]
    matrix = build_matrix(votes, statements=["old", "new", "me"])
    expected = {"old": (36 / 49 * 5) ** 2, "new": 2.25**2, "me": META_WEIGHT}
    assert statement_weights(matrix, meta={"me", "gone"}) == pytest.approx(expected)
    on_the_map = {"old": (36 / 49 * 2 * 5) ** 2, "new": 2.25**2, "me": META_WEIGHT}
    found = statement_weights(matrix, {"old": 1.0, "gone": 9.0}, meta={"me"})
    assert found == pytest.approx(on_the_map)


def test_neither_seen_nor_own_statements_come_again() -> None:
    weighed = {"seen": 100.0, "own": 100.0, "left": 0.1}
    chosen = choose_statement(weighed, conversation="c", seen={"seen"}, own={"own"})
    assert chosen == "left"
    assert choose_statement(weighed, conversation="c", seen=list(weighed)) is None
    assert choose_statement({}, conversation="c", seen=()) is None


def test_statement_without_weight_comes_last() -> None:
    assert choose_statement({"a": 0.0, "b": 1e-9}, conversation="c", seen=()) == "b"
    assert choose_statement({"a": 0.0}, conversation="c", seen=()) == "a"


def test_heavier_statements_come_more_often() -> None:
    weighed = {"heavy": 3.0, "light": 1.0}
    first = Counter(
        choose_statement(weighed, conversation=f"{number:x}", seen=()) for number in range(4_000)
    )
    # 3,000 are expected, give or take 27; the draw is the same in every run.
    assert first["heavy"] == pytest.approx(3_000, abs=4 * 27)


WEIGHED = st.dictionaries(st.text(max_size=3), st.floats(1e-6, 1e6), min_size=2, max_size=9)


@given(WEIGHED, st.text(alphabet="0123456789abcdef"))
def test_draw_is_the_same_again_and_other_statements_do_not_change_it(
    weighed: dict[str, float], conversation: str
) -> None:
    first = choose_statement(weighed, conversation=conversation, seen=())
    backwards = dict(reversed(weighed.items()))
    assert choose_statement(backwards, conversation=conversation, seen=()) == first
    for other in weighed.keys() - {first}:
        assert choose_statement(weighed, conversation=conversation, seen={other}) == first
