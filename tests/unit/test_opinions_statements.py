"""What groups say: tests and consensus by hand, and nothing about fewer than ten people."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opinions.consensus import bridges, consensus
from bot.opinions.groups import Group, Groups, find_groups
from bot.opinions.release import Cell, release
from bot.opinions.representative import marks, representative
from bot.opinions.significance import SIGNIFICANT, more_than_half, more_than_others
from bot.opinions.statements import Findings, describe, group_counts
from bot.opinions.votes import Counts, Vote, VoteMatrix, build_matrix


def counts_of(*groups: list[tuple[int, int, int]]) -> Counts:
    """Counts from (agree, disagree, pass) of each group to each statement."""
    table = np.array(groups)
    return Counts(agree=table[..., 0], disagree=table[..., 1], voters=table.sum(axis=-1))


def all_of(counts: Counts) -> Any:
    return np.ones(counts.voters.shape, bool)


# --- The two tests --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "voters", "expected"),
    [
        pytest.param(9, 9, math.sqrt(10), id="all"),  # 2 sqrt(10) (10/10 - 1/2)
        pytest.param(4, 9, 0.0, id="half, with the imagined vote"),  # 5/10
        pytest.param(0, 8, 6 * (1 / 9 - 1 / 2), id="none"),  # 2 sqrt(9) (1/9 - 1/2)
        pytest.param(0, 0, 1.0, id="nobody voted"),  # 2 sqrt(1) (1/1 - 1/2)
    ],
)
def test_more_than_half_is_the_z_score_of_one_proportion(
    chosen: int, voters: int, expected: float
) -> None:
    assert more_than_half(np.array([chosen]), np.array([voters])) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        # 9/10 and 3/10; pooled 12/20; error sqrt(0.6 * 0.4 * 2/10).
        pytest.param((8, 9), (2, 9), 0.6 / math.sqrt(0.048), id="more"),
        pytest.param((2, 9), (8, 9), -0.6 / math.sqrt(0.048), id="less"),
        pytest.param((5, 9), (5, 9), 0.0, id="as many"),
        pytest.param((9, 9), (4, 4), 0.0, id="everybody everywhere"),
    ],
)
def test_more_than_others_is_the_z_score_of_two_proportions(
    here: tuple[int, int], there: tuple[int, int], expected: float
) -> None:
    found = more_than_others(
        np.array([here[0]]),
        np.array([here[1]]),
        others_chosen=np.array([there[0]]),
        others=np.array([there[1]]),
    )
    assert found == pytest.approx(expected)


def test_significance_is_ninety_percent_one_sided() -> None:
    assert math.erf(SIGNIFICANT / math.sqrt(2)) == pytest.approx(0.8)  # both tails of 10 % cut off


# --- What marks a group ---------------------------------------------------------------------------


def test_mark_compares_a_group_with_half_and_with_all_others() -> None:
    counts = counts_of([(8, 1, 0)], [(1, 3, 1)], [(1, 3, 0)])
    first = marks("agree", counts.agree, voters=counts.voters, statements=["s"])[0][0]
    assert (first.statement, first.answer, first.chosen, first.voters) == ("s", "agree", 8, 9)
    assert first.share == pytest.approx(9 / 11)
    assert first.share_test == pytest.approx(2 * math.sqrt(10) * 0.4)
    assert first.ratio == pytest.approx((9 / 11) / (3 / 11))
    assert first.ratio_test == pytest.approx(0.6 / math.sqrt(0.048))
    assert first.is_significant
    assert first.strength == pytest.approx(
        9 / 11 * 0.8 * math.sqrt(10) * 3 * 0.6 / math.sqrt(0.048)
    )


def chosen_of(counts: Counts, group: int = 0) -> list[tuple[str, str]]:
    names = [f"s{number}" for number in range(counts.voters.shape[1])]
    found = representative(counts, names, all_of(counts))[group]
    return [(mark.answer, mark.statement) for mark in found]


def test_agreement_comes_first_and_then_disagreement() -> None:
    counts = counts_of(
        [(0, 20, 0), (20, 0, 0), (10, 10, 0)],
        [(20, 0, 0), (0, 20, 0), (10, 10, 0)],
    )
    assert chosen_of(counts, 0) == [("agree", "s1"), ("disagree", "s0")]
    assert chosen_of(counts, 1) == [("agree", "s0"), ("disagree", "s1")]


def test_at_most_five_are_chosen_and_they_are_the_strongest() -> None:
    counts = counts_of(
        [(agree, 30 - agree, 0) for agree in (24, 25, 26, 27, 28, 29, 30)],
        [(10, 20, 0)] * 7,
    )
    assert chosen_of(counts) == [("agree", f"s{number}") for number in (6, 5, 4, 3, 2)]


def test_best_agreed_comes_first_even_where_disagreement_is_stronger() -> None:
    # s0 is agreed with by a few more than elsewhere, the others are rejected outright.
    counts = counts_of([(20, 9, 1)] + [(0, 30, 0)] * 5, [(15, 14, 1)] + [(30, 0, 0)] * 5)
    found = chosen_of(counts)
    assert found[0] == ("agree", "s0")
    assert found[1:] == [("disagree", f"s{number}") for number in (1, 2, 3, 4)]


def test_strongest_agreement_of_its_own_goes_before_a_clearer_one_that_all_share() -> None:
    # In whatever order the statements come.
    shared, own = (30, 0, 0), (28, 2, 0)
    assert chosen_of(counts_of([shared, own], [(30, 0, 0), (5, 25, 0)]))[0] == ("agree", "s1")
    assert chosen_of(counts_of([own, shared], [(5, 25, 0), (30, 0, 0)]))[0] == ("agree", "s0")


def test_clearest_shared_agreement_is_shown_where_nothing_marks_the_group() -> None:
    # s0 is as common elsewhere and s1 more so, yet s1 is what this group agrees with most.
    counts = counts_of([(22, 8, 0), (28, 2, 0)], [(22, 8, 0), (30, 0, 0)])
    assert chosen_of(counts) == [("agree", "s1")]


def test_closest_is_shown_where_nothing_is_agreed_or_significant() -> None:
    counts = counts_of([(3, 4, 9), (2, 5, 9)], [(3, 4, 9), (3, 4, 9)])
    assert chosen_of(counts) == [("disagree", "s1")]
    found = representative(counts, ["s0", "s1"], all_of(counts))[0]
    assert [mark.is_significant for mark in found] == [False]


def test_only_eligible_cells_are_chosen() -> None:
    counts = counts_of([(20, 0, 0)] * 2, [(0, 20, 0)] * 2)
    eligible = np.array([[False, True], [False, False]])
    first, second = representative(counts, ["s0", "s1"], eligible)
    assert [mark.statement for mark in first] == ["s1"]
    assert second == ()


# --- What groups share ----------------------------------------------------------------------------


def consensus_of(*groups: tuple[int, int, int]) -> float:
    counts = counts_of(*([group] for group in groups))
    return float(consensus(counts.agree, opposed=counts.disagree, voters=counts.voters)[0])


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        # (A + 1/2)/(S + 1) * (1 - (D + 1/2)/(S + 1)), geometric mean over groups.
        pytest.param([(9, 0, 0)], 0.95 * 0.95, id="all agree"),
        pytest.param([(0, 9, 0)], 0.05 * 0.05, id="all disagree"),
        pytest.param([(4, 5, 0)], 0.45 * 0.45, id="divided"),
        pytest.param([(4, 0, 5)], 0.45 * 0.95, id="the rest pass"),
        pytest.param([(0, 0, 0)], 0.25, id="nobody voted"),
        pytest.param([(9, 0, 0), (0, 9, 0)], 0.95 * 0.05, id="against each other"),
        pytest.param([(9, 0, 0), (4, 0, 5)], 0.95 * math.sqrt(0.95 * 0.45), id="one half-hearted"),
    ],
)
def test_consensus_counts_agreement_without_disagreement(
    groups: list[tuple[int, int, int]], expected: float
) -> None:
    assert consensus_of(*groups) == pytest.approx(expected)


def test_consensus_does_not_shrink_with_more_groups() -> None:
    # The case of agora#636: 93 % agree in each of six groups. Pol.is's product makes that 0.62.
    assert consensus_of(*[(93, 7, 0)] * 6) == pytest.approx(consensus_of((93, 7, 0)))


def test_bridge_needs_a_clear_majority_in_every_group() -> None:
    counts = counts_of(
        [(19, 1, 0), (20, 0, 0), (1, 19, 0), (12, 8, 0), (0, 0, 0)],
        [(18, 0, 2), (0, 20, 0), (2, 18, 0), (20, 0, 0), (0, 0, 0)],
    )
    found = bridges(counts, ["both", "one", "neither", "barely", "unseen"], np.ones(5, bool))
    assert [(bridge.statement, bridge.answer) for bridge in found] == [
        ("both", "agree"),
        ("neither", "disagree"),
    ]
    first = (19.5 / 21 * (1 - 1.5 / 21)) * (18.5 / 21 * (1 - 0.5 / 21))
    assert found[0].consensus == pytest.approx(math.sqrt(first))


def test_only_eligible_bridges_are_chosen_and_at_most_five() -> None:
    counts = counts_of([(20 + number, 0, 0) for number in range(7)])
    names = [f"s{number}" for number in range(7)]
    eligible = np.array([True] * 6 + [False])
    assert [bridge.statement for bridge in bridges(counts, names, eligible)] == [
        "s5",
        "s4",
        "s3",
        "s2",
        "s1",
    ]


# --- What may be published ------------------------------------------------------------------------


def test_cell_of_nine_is_suppressed_and_one_of_ten_is_not() -> None:
    counts = counts_of([(9, 0, 0), (8, 1, 1)], [(9, 1, 3), (0, 0, 0)])
    nine, ten = release(counts, ["nine", "ten"])
    assert nine.groups == (None, Cell(9, 1, 3))
    assert ten.groups == (Cell(8, 1, 1), None)
    assert Cell(9, 1, 3).voters == 13


@pytest.mark.parametrize(
    ("voters", "total"),
    [
        pytest.param([20, 30], 50, id="nothing is suppressed"),
        pytest.param([20, 9], None, id="the total would give nine away"),
        pytest.param([20, 0], 20, id="nobody is given away"),
        pytest.param([20, 5, 5], 30, id="ten in two groups"),
        pytest.param([20, 5, 4], None, id="nine in two groups"),
        pytest.param([5, 5], 10, id="only the total"),
        pytest.param([5, 4], None, id="nine in all"),
        pytest.param([0, 0], None, id="nobody"),
    ],
)
def test_total_is_suppressed_where_it_would_give_a_cell_away(
    voters: list[int], total: int | None
) -> None:
    (found,) = release(counts_of(*([(number, 0, 0)] for number in voters)), ["s"])
    assert found.everyone == (None if total is None else Cell(total, 0, 0))


TABLES = st.integers(1, 4).flatmap(
    lambda statements: st.lists(
        st.lists(
            st.tuples(st.integers(0, 15), st.integers(0, 5), st.integers(0, 5)),
            min_size=statements,
            max_size=statements,
        ),
        min_size=1,
        max_size=5,
    )
)


@given(TABLES)
def test_nothing_released_is_about_one_to_nine_people(
    groups: list[list[tuple[int, int, int]]],
) -> None:
    for found in release(counts_of(*groups), [f"s{number}" for number in range(len(groups[0]))]):
        shown = [cell.voters for cell in found.groups if cell is not None]
        assert all(voters >= 10 for voters in shown)
        if found.everyone is not None:
            assert found.everyone.voters >= 10
            assert found.everyone.voters - sum(shown) not in range(1, 10)


# --- All of it ------------------------------------------------------------------------------------


def camps(seen: dict[str, int]) -> tuple[VoteMatrix, Groups]:
    """Groups A of 40 who agree, B of 30 who disagree, C of 20 who pass.

    They vote so on "divides"; all agree on "unites"; and of each group `seen` say that many saw
    "rare", where A agrees and the others disagree, and "shared", where all agree.
    """
    votes: list[Vote] = []
    people: dict[str, list[str]] = {"A": [], "B": [], "C": []}
    for letter, size, value in (("A", 40, 1), ("B", 30, -1), ("C", 20, 0)):
        for number in range(size):
            person = f"{letter} {number:02d}"
            people[letter].append(person)
            votes += [(person, "divides", value), (person, "unites", 1)]
            if number < seen[letter]:
                votes += [(person, "rare", 1 if letter == "A" else -1), (person, "shared", 1)]
    matrix = build_matrix(votes)
    return matrix, grouped(matrix, people)


def grouped(matrix: VoteMatrix, people: dict[str, list[str]]) -> Groups:
    """These people as groups, wherever they lie."""
    nowhere = ((0.0, 0.0), (0.0, 0.0))
    each = (Group(letter, tuple(who), (0.0, 0.0), nowhere) for letter, who in people.items())
    return Groups(tuple(each), 0.5, (0.5, 0.1), 0, matrix.hash, ())


def shown_in(findings: Findings) -> set[str]:
    return {mark.statement for group in findings.representative.values() for mark in group}


def test_findings_are_sizes_cells_marks_and_bridges() -> None:
    found = describe(*camps({"A": 40, "B": 10, "C": 10}))
    assert found.sizes == {"A": 40, "B": 30, "C": 20}
    divides, rare, shared, unites = found.cells
    assert [each.statement for each in found.cells] == ["divides", "rare", "shared", "unites"]
    assert divides.groups == (Cell(40, 0, 0), Cell(0, 30, 0), Cell(0, 0, 20))
    assert rare.groups == (Cell(40, 0, 0), Cell(0, 10, 0), Cell(0, 10, 0))
    assert rare.everyone == Cell(40, 20, 0)
    assert shared.everyone == Cell(60, 0, 0)
    assert unites.everyone == Cell(90, 0, 0)
    assert [bridge.statement for bridge in found.bridges] == ["unites", "shared"]
    assert [(mark.answer, mark.statement) for mark in found.representative["A"]] == [
        ("agree", "divides"),
        ("agree", "rare"),
    ]
    assert {(mark.answer, mark.statement) for mark in found.representative["B"]} == {
        ("agree", "unites"),
        ("disagree", "divides"),
        ("disagree", "rare"),
    }


def test_groups_counts_are_in_the_order_of_groups_and_statements() -> None:
    counts = group_counts(*camps({"A": 7, "B": 8, "C": 9}))
    assert counts.voters.tolist() == [[40, 7, 7, 40], [30, 8, 8, 30], [20, 9, 9, 20]]
    assert counts.agree.tolist() == [[40, 7, 7, 40], [0, 0, 8, 30], [0, 0, 9, 20]]


@pytest.mark.parametrize(
    ("seen", "cells", "total"),
    [
        # Only C's five are hidden, and the total less A and B would give them away.
        pytest.param({"A": 40, "B": 20, "C": 5}, (40, 20, None), None, id="one small cell"),
        # Nobody in B or C saw it, so there is nobody to compare A with.
        pytest.param({"A": 40, "B": 0, "C": 0}, (40, None, None), 40, id="one group alone"),
        pytest.param({"A": 9, "B": 9, "C": 9}, (None, None, None), 27, id="small cells only"),
    ],
)
def test_statement_that_too_few_saw_marks_no_group(
    seen: dict[str, int], cells: tuple[int | None, ...], total: int | None
) -> None:
    found = describe(*camps(seen))
    rare = found.cells[1]
    assert tuple(cell and cell.voters for cell in rare.groups) == cells
    assert (rare.everyone and rare.everyone.voters) == total
    assert "divides" in shown_in(found)
    assert not shown_in(found) & {"rare", "shared"}
    assert [bridge.statement for bridge in found.bridges] == ["unites"]


def test_statement_that_only_one_group_saw_does_not_mark_it() -> None:
    people = {letter: [f"{letter} {number}" for number in range(25)] for letter in "AB"}
    votes: list[Vote] = [(person, "alone", 1) for person in people["A"]]
    votes += [(person, "rejected", -1) for who in people.values() for person in who]
    matrix = build_matrix(votes)
    found = describe(matrix, grouped(matrix, people))
    assert found.cells[0].groups == (Cell(25, 0, 0), None)
    assert [mark.statement for mark in found.representative["A"]] == ["rejected"]


def test_groups_of_other_votes_are_refused() -> None:
    _, groups = camps({"A": 9, "B": 9, "C": 9})
    matrix, _ = camps({"A": 10, "B": 9, "C": 9})
    with pytest.raises(ValueError, match="other votes"):
        describe(matrix, groups)


def test_found_groups_can_be_described() -> None:
    matrix, _ = camps({"A": 40, "B": 30, "C": 20})
    groups = find_groups(matrix)
    assert groups is not None
    assert describe(matrix, groups).sizes == {"A": 40, "B": 30, "C": 20}
