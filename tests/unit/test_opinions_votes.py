"""The vote matrix: the same for the same votes, and the last vote counts."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opinions.votes import Vote, build_matrix, stack

VOTES: list[Vote] = [
    ("léa", "s2", 1),
    ("ali", "s1", -1),
    ("léa", "s1", 0),
    ("zoé", "s2", -1),
]
ANY_VOTES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("12345"), st.sampled_from([-1, 0, 1]))
)


def test_matrix_holds_each_vote_in_a_stable_order() -> None:
    matrix = build_matrix(VOTES)
    assert matrix.people == ("ali", "léa", "zoé")
    assert matrix.statements == ("s1", "s2")
    assert matrix.values.tolist() == [[-1, 0], [0, 1], [0, -1]]
    assert matrix.cast.tolist() == [[True, False], [True, True], [False, True]]
    assert matrix.votes_each.tolist() == [1, 2, 1]


def test_last_vote_of_a_person_on_a_statement_counts() -> None:
    matrix = build_matrix([*VOTES, ("ali", "s1", 1), ("ali", "s1", 0)])
    assert matrix.values[0].tolist() == [0, 0]
    assert matrix.cast[0].tolist() == [True, False]


def test_listed_statements_count_and_no_others() -> None:
    matrix = build_matrix(VOTES, statements=["s3", "s2", "s2"])
    assert matrix.people == ("léa", "zoé")
    assert matrix.statements == ("s2", "s3")
    assert matrix.counts().voters.tolist() == [2, 0]


def test_no_votes_make_an_empty_matrix() -> None:
    matrix = build_matrix([], statements=["s1"])
    assert (matrix.people, matrix.statements) == ((), ("s1",))
    assert matrix.counts().voters.tolist() == [0]
    assert matrix.hash == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("value", [2, -2, 127, 300])
def test_other_value_than_a_vote_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="1, 0 or -1"):
        build_matrix([("a", "1", value)])


def test_hash_is_sha_256_of_sorted_lines_of_json() -> None:
    lines = '["ali","s1",-1]\n["l\\u00e9a","s1",0]\n["l\\u00e9a","s2",1]\n["zo\\u00e9","s2",-1]\n'
    assert build_matrix(VOTES).hash == hashlib.sha256(lines.encode()).hexdigest()


def test_hash_tells_a_pass_from_no_vote_and_keeps_ids_apart() -> None:
    hashes = {
        build_matrix(votes).hash
        for votes in (
            [("a", "1", 0)],
            [("a", "1", 1)],
            [("a", "1", 0), ("a", "2", 0)],
            [('a","1', "", 0)],
            [("a", '1",0]\n["b","1', 0)],
        )
    }
    assert len(hashes) == 5


def test_counts_are_of_everybody_or_of_some() -> None:
    matrix = build_matrix(VOTES)
    counts = matrix.counts()
    assert counts.agree.tolist() == [0, 1]
    assert counts.disagree.tolist() == [1, 1]
    assert counts.passes.tolist() == [1, 0]
    assert counts.voters.tolist() == [2, 2]
    assert matrix.counts(matrix.values[:, 0].nonzero()[0]).voters.tolist() == [1, 0]
    assert stack([counts, counts]).voters.tolist() == [[2, 2], [2, 2]]


@given(ANY_VOTES, st.randoms(use_true_random=False))
def test_order_of_rows_means_nothing_but_for_votes_cast_again(
    votes: list[Vote], shuffler: random.Random
) -> None:
    last = {(person, statement): value for person, statement, value in votes}
    shuffled = [(*vote, last[vote]) for vote in last]
    shuffler.shuffle(shuffled)
    first, second = build_matrix(votes), build_matrix(shuffled)
    assert (first.people, first.statements) == (second.people, second.statements)
    assert first.values.tolist() == second.values.tolist()
    assert first.cast.tolist() == second.cast.tolist()
    assert first.hash == second.hash


@given(ANY_VOTES)
def test_every_vote_is_one_answer(votes: list[Vote]) -> None:
    counts = build_matrix(votes).counts()
    assert (counts.agree + counts.disagree + counts.passes == counts.voters).all()
    assert int(counts.voters.sum()) == len({vote[:2] for vote in votes})
