"""The opinion map and its groups: by hand on small votes, and what holds for all votes."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from importlib.metadata import version

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.opinions.groups import Group, Groups, best_split, clustered, find_groups
from bot.opinions.projection import _signed, project
from bot.opinions.release import LEAST_CLUSTERED, LEAST_PEOPLE
from bot.opinions.votes import Vote, VoteMatrix, build_matrix

GOLDEN = (math.sqrt(5) - 1) / 2


def votes_of(name: str, values: Iterable[int]) -> list[Vote]:
    """One person's votes on statements 0, 1, 2..."""
    return [(name, f"s{number}", value) for number, value in enumerate(values)]


def camps(*sizes: int, statements: int = 8) -> list[Vote]:
    """People who agree with everything, people who disagree with everything, people who pass."""
    return [
        vote
        for value, size in zip((1, -1, 0), sizes)
        for number in range(size)
        for vote in votes_of(f"camp {value:+d} {number:03d}", [value] * statements)
    ]


def scattered(people: int, statements: int, filled: float, seed: int) -> list[Vote]:
    """Votes of three leanings, with chance."""
    chance = np.random.default_rng(seed)
    leaning = chance.normal(size=(3, statements))[chance.integers(0, 3, people)]
    values = np.sign((leaning + chance.normal(size=leaning.shape)).round()).astype(int)
    where = np.argwhere(chance.random(values.shape) < filled)
    return [(f"p{row:04d}", f"s{column:03d}", int(values[row, column])) for row, column in where]


def sizes(groups: Groups | None) -> list[int]:
    assert groups is not None
    return [len(group.people) for group in groups.groups]


# --- The map --------------------------------------------------------------------------------------


def test_two_who_differ_in_everything_lie_opposite() -> None:
    found = project(build_matrix([*votes_of("a", [1, 1]), *votes_of("b", [-1, -1])]))
    # One direction, (1, 1) / sqrt(2); the other explains nothing, so it is left out.
    root = math.sqrt(2)
    assert found.points == pytest.approx(np.array([[root, 0], [-root, 0]]), abs=1e-12)
    assert found.components == pytest.approx(np.array([[1 / root, 1 / root], [0, 0]]), abs=1e-12)
    assert found.explained == pytest.approx((1, 0))
    # Who only agrees with s0: (1 - mean 0) * 1 / sqrt(2) * sqrt(2 statements / 1 vote).
    assert found.extremity == pytest.approx({"s0": 1, "s1": 1})


def test_few_votes_are_stretched_and_missing_ones_count_as_the_mean() -> None:
    votes = [*votes_of("a", [1, 1]), *votes_of("b", [-1, -1]), ("c", "s0", 1), ("d", "s0", -1)]
    found = project(build_matrix(votes))
    # Means are 0. The scatter [[4, 2], [2, 2]] has its greatest direction along (1, golden ratio).
    long = 1 / math.sqrt(1 + GOLDEN**2)
    short = GOLDEN * long
    assert np.abs(found.components) == pytest.approx(np.array([[long, short], [short, long]]))
    assert found.points[:, 0] == pytest.approx(
        [long + short, -long - short, long * math.sqrt(2), -long * math.sqrt(2)]
    )
    eigenvalues = 3 + math.sqrt(5), 3 - math.sqrt(5)
    assert found.explained == pytest.approx([value / 6 for value in eigenvalues])


def test_strongest_statement_pulls_to_the_right() -> None:
    # Only s0 divides: a and b agree, c and d do not.
    votes = [vote for name in "ab" for vote in votes_of(name, [1, 1])]
    votes += [vote for name in "cd" for vote in votes_of(name, [-1, 1])]
    found = project(build_matrix(votes))
    assert found.components[0].tolist() == pytest.approx([1, 0], abs=1e-12)
    assert (found.points[:, 0] > 0).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        pytest.param([-0.6, 0.8], [-0.6, 0.8], id="right already"),
        pytest.param([0.6, -0.8], [-0.6, 0.8], id="turned round"),
        pytest.param([-0.7, 0.7 + 1e-15], [0.7, -0.7 - 1e-15], id="equal but for rounding"),
    ],
)
def test_sign_is_that_of_the_first_of_the_strongest(
    component: list[float], expected: list[float]
) -> None:
    assert _signed(np.array(component)).tolist() == expected


def test_statement_without_votes_changes_nothing() -> None:
    votes = scattered(20, 6, 0.7, seed=1)
    plain = project(build_matrix(votes))
    listed = [*{statement for _, statement, _ in votes}, "s9"]
    more = project(build_matrix(votes, statements=listed))
    assert more.points == pytest.approx(plain.points)
    assert more.extremity == pytest.approx({**plain.extremity, "s9": 0})


# --- Who is in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("votes_each", "expected"),
    [
        pytest.param([10] + [7] * 15 + [6], range(16), id="seven are enough, six are not"),
        pytest.param([3] * 17 + [2], range(17), id="all, where there are fewer than seven"),
        pytest.param([10] * 13 + [1, 5, 6, 4], [*range(13), 14, 15], id="topped up by activity"),
        pytest.param([10] + [1] * 20, range(15), id="topped up by id where all are alike"),
        pytest.param([10, 1], range(2), id="no more than there are"),
    ],
)
def test_clustered_are_those_who_voted_enough(
    votes_each: list[int], expected: Iterable[int]
) -> None:
    people = [votes_of(f"p{number:02d}", [1] * count) for number, count in enumerate(votes_each)]
    matrix = build_matrix(vote for votes in people for vote in votes)
    assert clustered(matrix).tolist() == list(expected)


# --- The groups -----------------------------------------------------------------------------------


def test_under_fifty_there_are_no_groups() -> None:
    assert LEAST_CLUSTERED == 50
    assert find_groups(build_matrix(camps(25, 24))) is None
    assert sizes(find_groups(build_matrix(camps(25, 25)))) == [25, 25]


def test_people_with_too_few_votes_do_not_make_up_the_fifty() -> None:
    idle = [(f"idle {number}", "s0", 1) for number in range(100)]
    assert find_groups(build_matrix([*camps(25, 24), *idle])) is None
    groups = find_groups(build_matrix([*camps(25, 25), *idle]))
    assert sizes(groups) == [25, 25]


def test_group_of_fewer_than_ten_is_refused() -> None:
    assert LEAST_PEOPLE == 10
    assert find_groups(build_matrix(camps(60, 9))) is None
    assert sizes(find_groups(build_matrix(camps(60, 10)))) == [60, 10]


@pytest.mark.parametrize(
    "people",
    [
        pytest.param((50, 9), id="a group of nine"),
        pytest.param((25, 24), id="forty-nine in all"),
    ],
)
def test_groups_that_may_not_be_published_cannot_be_made(people: tuple[int, int]) -> None:
    nowhere = ((0.0, 0.0), (0.0, 0.0))
    with pytest.raises(ValueError, match="at least"):
        Groups(
            tuple(Group("A", tuple(map(str, range(size))), (0.0, 0.0), nowhere) for size in people),
            silhouette=0.5,
            explained=(0.5, 0.1),
            seed=0,
            input_hash="",
            libraries=(),
        )


def test_best_split_whose_groups_are_large_enough_wins() -> None:
    # Three camps stand apart best, but one is of nine: it goes to one of the others.
    points = np.repeat([[0.0, 0.0], [10.0, 0.0], [4.0, 0.0]], [40, 40, 9], axis=0)
    free = best_split(points, smallest=2)
    assert free is not None
    assert np.bincount(free.labels).tolist() == [40, 40, 9]
    ours = best_split(points)
    assert ours is not None
    assert np.bincount(ours.labels).tolist() == [49, 40]


def test_largest_group_comes_first_and_carries_the_first_letter() -> None:
    groups = find_groups(build_matrix(camps(20, 30, 25)))
    assert groups is not None
    assert [(group.letter, len(group.people)) for group in groups.groups] == [
        ("A", 30),
        ("B", 25),
        ("C", 20),
    ]
    assert {person[:7] for person in groups.groups[0].people} == {"camp -1"}
    assert [group.centre[0] for group in groups.groups] == pytest.approx(
        # Eight statements of mean -10/75; the map's one direction is (1, ... 1) / sqrt(8).
        [math.sqrt(8) * (value + 10 / 75) for value in (-1, 0, 1)]
    )
    assert all(np.allclose(group.spread, 0) for group in groups.groups)
    assert groups.silhouette == pytest.approx(1)


def test_spread_is_the_covariance_of_positions() -> None:
    matrix = build_matrix(scattered(80, 12, 1.0, seed=3))
    groups = find_groups(matrix)
    assert groups is not None
    points = dict(zip(matrix.people, project(matrix).points))
    for group in groups.groups:
        own = np.array([points[person] for person in group.people])
        away = own - own.mean(axis=0)
        assert group.centre == pytest.approx(own.mean(axis=0))
        assert np.array(group.spread) == pytest.approx(away.T @ away / len(own))


def test_result_says_how_to_find_it_again() -> None:
    matrix = build_matrix(camps(30, 30))
    groups = find_groups(matrix, seed=7)
    assert groups is not None
    assert groups.seed == 7
    assert groups.input_hash == matrix.hash
    assert dict(groups.libraries) == {
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "sklearn": version("scikit-learn"),
    }


@pytest.mark.parametrize("seed", range(5))
def test_same_votes_in_another_order_make_the_same_result(seed: int) -> None:
    votes = scattered(120, 20, 0.6, seed)
    shuffled = random.Random(seed).sample(votes, len(votes))
    first = find_groups(build_matrix(votes))
    assert first is not None
    assert find_groups(build_matrix(shuffled)) == first


@pytest.mark.parametrize("seed", range(5))
def test_same_votes_under_other_ids_make_the_same_groups(seed: int) -> None:
    # Votes by chance alone, which k-means could part in many ways nearly as good.
    chance = np.random.default_rng(seed)
    votes = [
        vote for each in range(150) for vote in votes_of(f"p{each}", chance.integers(-1, 2, 9))
    ]
    people = sorted({person for person, _, _ in votes})
    new = dict(zip(people, random.Random(seed).sample(people, len(people))))
    first = find_groups(build_matrix(votes))
    renamed = [(new[person], statement, value) for person, statement, value in votes]
    second = find_groups(build_matrix(renamed))
    assert first is not None
    assert second is not None
    assert [{new[person] for person in group.people} for group in first.groups] == [
        set(group.people) for group in second.groups
    ]


def test_vote_cast_twice_counts_once() -> None:
    votes = scattered(80, 10, 0.9, seed=2)
    wrong = [(person, statement, 1) for person, statement, _ in votes]
    assert find_groups(build_matrix([*wrong, *votes])) == find_groups(build_matrix(votes))


# --- What holds for all votes ---------------------------------------------------------------------

VALUES = st.sampled_from([-1, 0, 1])
SEEDS = st.integers(0, 2**32 - 1)
CROWDS = st.builds(scattered, st.integers(60, 150), st.integers(1, 15), st.floats(0.8, 1), SEEDS)
FEW = st.builds(scattered, st.integers(1, 60), st.integers(1, 15), st.floats(0, 1), SEEDS)
UNANIMOUS = st.tuples(st.integers(1, 80), st.integers(1, 9), VALUES).map(
    lambda shape: [
        vote for number in range(shape[0]) for vote in votes_of(f"p{number}", [shape[2]] * shape[1])
    ]
)
SMALL = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("123"), VALUES))


@given(FEW | UNANIMOUS | SMALL)
def test_any_votes_give_finite_positions(votes: list[Vote]) -> None:
    matrix = build_matrix(votes)
    found = project(matrix)
    assert len(clustered(matrix)) >= 50 or find_groups(matrix) is None
    assert np.isfinite(found.points).all()
    assert np.isfinite(list(found.extremity.values())).all()
    assert 0 <= sum(found.explained) <= 1 + 1e-9


@settings(deadline=None, max_examples=100)
@given(CROWDS)
def test_any_crowd_gives_groups_that_may_be_published(votes: list[Vote]) -> None:
    matrix = build_matrix(votes)
    groups = find_groups(matrix)
    if groups is None:
        return
    everybody = [person for group in groups.groups for person in group.people]
    assert len(everybody) == len(set(everybody)) >= 50
    assert set(everybody) == {matrix.people[row] for row in clustered(matrix)}
    assert 2 <= len(groups.groups) <= 5
    assert sizes(groups) == sorted(sizes(groups), reverse=True)
    assert min(sizes(groups)) >= 10
    assert np.isfinite([group.centre for group in groups.groups]).all()
    assert np.isfinite([group.spread for group in groups.groups]).all()
    assert -1 <= groups.silhouette <= 1


@given(UNANIMOUS)
def test_nobody_differs_so_there_are_no_groups(votes: list[Vote]) -> None:
    matrix = build_matrix(votes)
    assert not project(matrix).points.any()
    assert find_groups(matrix) is None


def test_person_who_voted_only_on_a_withdrawn_statement_changes_nothing() -> None:
    votes = camps(30, 30)
    listed = {statement for _, statement, _ in votes}
    plain: VoteMatrix = build_matrix(votes, statements=listed)
    assert find_groups(build_matrix([*votes, ("late", "gone", 1)], statements=listed)) == (
        find_groups(plain)
    )


def test_one_statement_parts_those_who_answer_it_differently() -> None:
    groups = find_groups(build_matrix(camps(30, 20, 15, statements=1)))
    assert sizes(groups) == [30, 20, 15]
