"""The board: what is published of views and votes, and that everybody finds their own group."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from bot.content.library import load_library
from bot.conversation.board import Board, Shared
from bot.opinions.groups import find_groups
from bot.opinions.guard import CastVote
from bot.opinions.release import LEAST_CLUSTERED
from bot.opinions.representative import Mark
from bot.opinions.votes import Vote, VoteMatrix, build_matrix
from bot.recorder.board import (
    MadeBoard,
    Published,
    _grouped_number,
    _is_told,
    make_board,
    map_words,
)
from tests.bench.opinions import votes as bench_votes
from tests.simulated_people import VIEWS, crowd, published_views
from tests.unit.polis_data import CANADA, TAIWAN, moderated_out, votes_of

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "fr": {"title": "Groupes", "group": "Groupe {letter} : {size} personnes"},
    "en": {"title": "Groups", "group": "Group {letter}: {size} people"},
}
NOW = 1_800_000_000.0
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Where other processes are busy, several threads wait for one another."""
    with threadpool_limits(1):
        yield


def cast(votes: Iterable[Vote]) -> list[CastVote]:
    return [
        CastVote(person, statement, value, float(number), "web")
        for number, (person, statement, value) in enumerate(votes)
    ]


def publish(statements: Iterable[str]) -> list[Published]:
    texts = {"fr": "Une opinion", "en": "A view"}
    return [Published(each, "impact", texts, "f" * 32) for each in statements]


def made(published: list[Published], votes: Iterable[CastVote]) -> MadeBoard:
    return make_board(published, votes, words=WORDS, now=NOW)


def written(made_board: MadeBoard) -> bytes:
    return json.dumps(made_board.board.to_json()).encode()


def read_again(made_board: MadeBoard) -> Board:
    return Board.from_json(json.loads(written(made_board)))


# --- Everybody finds the group that k-means gave them ---------------------------------------------


def votes_by_person(matrix: VoteMatrix) -> dict[str, dict[str, int]]:
    return {
        person: {
            matrix.statements[column]: int(matrix.values[row, column])
            for column in np.flatnonzero(matrix.cast[row])
        }
        for row, person in enumerate(matrix.people)
    }


def in_another_group(votes: list[Vote], statements: Iterable[str]) -> int | None:
    """How many of those in the groups the published board sends to another; None without groups."""
    matrix = build_matrix(votes, statements)
    groups = find_groups(matrix)
    results = read_again(made(publish(matrix.statements), cast(votes))).results
    if groups is None:
        assert results is None
        return None
    assert results is not None
    own = votes_by_person(matrix)
    return sum(
        results.group_of(own[person]) != group.letter
        for group in groups.groups
        for person in group.people
    )


@pytest.mark.parametrize("name", [CANADA, TAIWAN])
@pytest.mark.parametrize("is_moderated", [True, False])
def test_real_people_find_their_own_group(name: str, is_moderated: bool) -> None:
    votes = list(votes_of(name))
    statements = {statement for _, statement, _ in votes}
    out = moderated_out(name) if is_moderated else set()
    assert in_another_group(votes, statements - out) == 0


@pytest.mark.parametrize("camps", [2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_simulated_people_find_their_own_group(camps: int, seed: int) -> None:
    votes = [
        (vote.conversation, vote.view, vote.value) for vote in crowd(camps=camps, seed=seed).votes
    ]
    assert in_another_group(votes, [view.id for view in published_views()]) == 0


def scattered(people: int, statements: int, filled: float, seed: int) -> list[Vote]:
    chance = np.random.default_rng(seed)
    leaning = chance.normal(size=(3, statements))[chance.integers(0, 3, people)]
    values = np.sign((leaning + chance.normal(size=leaning.shape)).round()).astype(int)
    where = np.argwhere(chance.random(values.shape) < filled)
    return [(f"p{row:04d}", f"s{column:03d}", int(values[row, column])) for row, column in where]


@settings(deadline=None, max_examples=25)
@given(
    st.builds(
        scattered,
        st.integers(60, 120),
        st.integers(1, 12),
        st.floats(0.7, 1),
        st.integers(0, 2**32),
    )
)
def test_any_crowd_finds_its_own_group(votes: list[Vote]) -> None:
    # A statement without votes, and votes on one that is not published, move nobody.
    statements = {statement for _, statement, _ in votes} - {"s000"} | {"s999"}
    assert in_another_group(votes, statements) in (0, None)


def test_votes_on_views_that_are_gone_or_new_move_nobody() -> None:
    people = crowd()
    results = made(published_views(), people.votes).board.results
    assert results is not None
    own = {"view0000": 1, "view0001": -1, "view0006": 1}
    assert results.group_of({**own, "withdrawn": -1, "new": 1}) == results.group_of(own)
    assert results.group_of({"withdrawn": -1}) is None


# --- The same votes, the same board ---------------------------------------------------------------


def test_order_of_views_and_votes_changes_nothing() -> None:
    people, views = crowd(), published_views()
    first = made(views, people.votes)
    chance = random.Random(1)
    again = made(chance.sample(views, len(views)), chance.sample(people.votes, len(people.votes)))
    assert written(again) == written(first)
    assert again.pictures == first.pictures


@pytest.mark.parametrize("threads", [1, 2])
def test_number_of_threads_changes_nothing(threads: int) -> None:
    people = crowd()
    expected = written(made(published_views(), people.votes))
    with threadpool_limits(threads):
        assert written(made(published_views(), people.votes)) == expected


def test_later_vote_counts_whatever_place_it_comes_in() -> None:
    people = crowd()
    changed = people.votes[0]
    earlier = changed._replace(value=-changed.value or 1, at=changed.at - 1)
    expected = written(made(published_views(), people.votes))
    assert written(made(published_views(), [*people.votes, earlier])) == expected
    later = changed._replace(value=-changed.value or 1, at=changed.at + 1)
    assert written(made(published_views(), [later, *people.votes])) != expected


def test_votes_on_what_is_not_published_are_left_out() -> None:
    people = crowd()
    more = [CastVote("late", "rejected", 1, 0.0, "web"), people.votes[0]._replace(view="rejected")]
    expected = written(made(published_views(), people.votes))
    assert written(made(published_views(), [*people.votes, *more])) == expected


def test_board_is_read_back_as_it_was_written() -> None:
    made_board = made(published_views(), crowd().votes)
    assert read_again(made_board) == made_board.board


# --- Statements -----------------------------------------------------------------------------------


def test_view_nobody_voted_on_is_published_with_the_weight_of_a_new_one() -> None:
    board = made(publish(["view0001"]), []).board
    # (1 - pass 1/2) * (extremity 0 + 1) * agree 1/2 * (1 + 8), squared.
    assert board.statements["view0001"].weight == (0.25 * 9) ** 2
    assert board.voters == 0
    assert board.results is None


def test_weights_are_those_of_polis() -> None:
    votes = [("a", "s0", 1), ("b", "s0", -1), ("a", "s1", 1), ("b", "s1", -1)]
    board = made(publish(["s0", "s1", "s2"]), cast(votes)).board
    # Passes 1/4, extremity 1 (see test_opinions_groups), agreement 2/4, two votes.
    weight = (3 / 4 * 2 * 2 / 4 * (1 + 8 * 2 ** (-2 / 5))) ** 2
    assert board.statements["s0"].weight == pytest.approx(weight)
    assert board.statements["s1"].weight == pytest.approx(weight)
    assert board.statements["s2"].weight == 5.0625


def test_statements_are_what_was_published_in_order_of_their_ids() -> None:
    views = [
        Published("b", "other", {"en": "Two", "fr": "Deux", "es": "Dos"}, "f" * 32),
        Published("a", "impact", {"fr": "Un", "en": "One"}, "f" * 32),
    ]
    board = made(views, []).board
    assert list(board.statements) == ["a", "b"]
    assert board.statements["b"].theme == "other"
    assert board.statements["b"].texts == {"fr": "Deux", "en": "Two"}


@pytest.mark.parametrize(
    ("people", "shown"), [pytest.param(9, 0, id="nine"), pytest.param(10, 10, id="ten")]
)
def test_voters_are_told_from_ten(people: int, shown: int) -> None:
    votes = [CastVote(f"p{number}", "s0", 1, 0.0, "web") for number in range(people)]
    elsewhere = [CastVote(f"q{number}", "gone", 1, 0.0, "web") for number in range(5)]
    assert made(publish(["s0"]), [*votes, *elsewhere]).board.voters == shown


def test_nothing_is_published() -> None:
    assert made([], [CastVote("one", "s0", 1, 0.0, "web")]) == MadeBoard(Board(), {})


# --- Results --------------------------------------------------------------------------------------


def camps(*sizes: int) -> list[CastVote]:
    """Camps that agree with, disagree with or pass on s0 to s6; all agree with s7."""
    return cast(
        (f"camp {value:+d} {number:02d}", f"s{statement}", 1 if statement == 7 else value)
        for value, size in zip((1, -1, 0), sizes)
        for number in range(size)
        for statement in range(8)
    )


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        pytest.param((25, 24), None, id="forty-nine"),
        pytest.param((25, 25), [("A", 25), ("B", 25)], id="fifty"),
        pytest.param((50, 9), None, id="one of nine"),
        pytest.param((20, 30, 10), [("A", 30), ("B", 20), ("C", 10)], id="largest first"),
    ],
)
def test_groups_are_published_from_fifty_people_and_ten_each(
    sizes: tuple[int, ...], groups: list[tuple[str, int]] | None
) -> None:
    assert LEAST_CLUSTERED == 50
    made_board = made(publish(f"s{number}" for number in range(8)), camps(*sizes))
    results = made_board.board.results
    if groups is None:
        assert results is None
        assert made_board.pictures == {}
    else:
        assert results is not None
        assert [(group.letter, group.size) for group in results.groups] == groups
        assert results.people == sum(sizes)
        assert results.at == NOW


def test_bridges_and_marks_are_what_groups_share_and_what_sets_them_apart() -> None:
    results = made(publish(f"s{number}" for number in range(8)), camps(30, 20)).board.results
    assert results is not None
    assert results.bridges == (Shared("s7", "agree"),)
    # The larger camp agrees with seven statements, of which five are told; the other does not.
    assert results.marks["A"] == tuple(Shared(f"s{number}", "agree") for number in range(5))
    # B agrees with nothing more than A does: s7, which both share, does not mark it.
    assert results.marks["B"] == tuple(Shared(f"s{number}", "disagree") for number in range(4))


def test_only_statements_with_votes_are_on_the_map() -> None:
    results = made(publish(["s0", "s1", "s9"]), camps(30, 20)).board.results
    assert results is not None
    assert results.means == {"s0": 0.2, "s1": 0.2}  # (30 - 20) / 50
    assert results.directions["s0"] == pytest.approx((0.5**0.5, 0), abs=1e-9)


def mark(*, chosen: int, voters: int, ratio: float) -> Mark:
    return Mark("s0", "agree", chosen, voters, 0.0, 0.0, ratio, 0.0)


@pytest.mark.parametrize(
    ("found", "is_told"),
    [
        pytest.param(mark(chosen=11, voters=20, ratio=1.2), True, id="most, and more than others"),
        pytest.param(mark(chosen=10, voters=20, ratio=1.2), False, id="half of the group"),
        pytest.param(mark(chosen=20, voters=20, ratio=1.0), False, id="as often as the others"),
    ],
)
def test_mark_is_told_only_where_its_sentence_is_true(found: Mark, is_told: bool) -> None:
    assert _is_told(found) == is_told


def test_simulated_camps_are_the_groups() -> None:
    people = crowd(camps=3)
    results = made(published_views(), people.votes).board.results
    assert results is not None
    assert len(results.groups) == 3
    own: dict[str, dict[str, int]] = {}
    for vote in people.votes:
        own.setdefault(vote.conversation, {})[vote.view] = vote.value
    places = Counter(
        (camp, results.group_of(own[person]))
        for person, camp in people.camps.items()
        if len(own[person]) >= 7
    )
    largest = places.most_common(3)
    assert {camp for (camp, _), _ in largest} == {0, 1, 2}
    assert {letter for (_, letter), _ in largest} == {"A", "B", "C"}
    assert sum(count for _, count in largest) >= 0.97 * results.people  # few have strayed
    shared = {VIEWS[int(bridge.statement[4:])].en for bridge in results.bridges}
    assert "Government pages should be written in words that everybody understands." in shared
    assert "We should be able to vote online in federal elections." not in shared


def test_nothing_on_the_board_says_who_anybody_is() -> None:
    people = crowd()
    made_board = made(published_views(), people.votes)
    text = written(made_board).decode()
    assert not any(person in text for person in people.first_seen)
    assert not any(view.author in text for view in published_views())


# --- Pictures -------------------------------------------------------------------------------------


def test_pictures_are_named_after_the_votes_and_the_language() -> None:
    made_board = made(published_views(), crowd().votes)
    results = made_board.board.results
    assert results is not None
    first = results.input_hash[:12]
    assert results.pictures == {"fr": f"map-{first}-fr", "en": f"map-{first}-en"}
    assert set(made_board.pictures) == {f"map-{first}-fr.png", f"map-{first}-en.png"}
    assert all(picture.startswith(PNG) for picture in made_board.pictures.values())
    assert len(set(made_board.pictures.values())) == 2


def test_words_are_those_passed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []

    def spy(groups: object, *, title: str, labels: list[str]) -> Any:
        drawn.append((title, labels))
        return type("Picture", (), {"png": PNG})

    monkeypatch.setattr("bot.recorder.board.draw", spy)
    made(publish(f"s{number}" for number in range(8)), camps(30, 20))
    assert drawn == [
        ("Groupes", ["Groupe A : 30 personnes", "Groupe B : 20 personnes"]),
        ("Groups", ["Group A: 30 people", "Group B: 20 people"]),
    ]


@pytest.mark.parametrize(
    ("number", "language", "text"),
    [
        (10, "fr", "10"),
        (999, "en", "999"),
        (1234, "fr", "1\N{NO-BREAK SPACE}234"),
        (1234, "en", "1,234"),
        (1234567, "fr", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
    ],
)
def test_large_numbers_are_written_as_each_language_does(
    number: int, language: str, text: str
) -> None:
    assert _grouped_number(number, language) == text


def test_real_words_are_there_in_both_languages() -> None:
    words = map_words(load_library(ROOT))
    assert words["fr"]["group"].format(letter="A", size=12) == "Groupe A : 12 personnes"
    assert words["en"]["group"].format(letter="A", size=12) == "Group A: 12 people"
    assert words["fr"]["title"] != words["en"]["title"]


# --- Size -----------------------------------------------------------------------------------------


def test_two_thousand_people_and_nine_hundred_views_take_about_a_second() -> None:
    votes = cast(bench_votes())
    views = publish(f"s{number}" for number in range(900))
    with threadpool_limits(1):
        before = time.process_time()
        results = made(views, votes).board.results
        took = time.process_time() - before
    assert results is not None
    assert [group.size for group in results.groups] == [675, 670, 655]
    assert took < 5  # 1.1 s, a quarter of it for the pictures
