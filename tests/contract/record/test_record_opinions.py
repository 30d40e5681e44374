"""Which votes count, whose are held back, and what was published of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.conversation.ports import JournalEntry
from bot.store.sql.opinions import BURST
from bot.store.sql.record import Record
from bot.store.sql.refusals import Refused
from bot.store.sql.rows import Hold, SavedResult, Vote
from bot.store.sql.tables import holds, views
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import (
    ONE,
    THREE,
    TWO,
    consent,
    erased,
    turn,
    values,
    view,
    vote,
    withdrawn,
)
from tests.contract.stores import conversation

NOON = 1_800_000_000.0


@pytest.fixture
def held(engine: Engine, vault: Vault) -> Views:
    return Views(engine, vault, now=lambda: NOON)


def publish(engine: Engine, *ids: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            views.update().where(views.c.id.in_(ids)).values(status="approved", decided_at=NOON)
        )


def test_votes_count_on_approved_views_until_they_are_undone(
    record: Record, engine: Engine, held: Views
) -> None:
    record.write([view("a"), view("b"), view("c", of=TWO)])
    record.write(
        [
            vote("a", 6.0, 1, of=THREE),
            vote("a", 5.0, -1, of=TWO),
            vote("b", 7.0, 1),
            vote("b", 8.0, None),
            vote("b", 9.0, 0, of=THREE),
            vote("c", 4.0, 1, of=ONE),
        ]
    )
    assert held.votes() == []
    publish(engine, "a", "b")
    assert held.votes() == [
        Vote(TWO, "a", -1, 5.0, "web"),
        Vote(THREE, "a", 1, 6.0, "web"),
        Vote(THREE, "b", 0, 9.0, "web"),
    ]
    record.write([withdrawn("a")])
    assert held.votes() == [Vote(THREE, "b", 0, 9.0, "web")]


def voters(held: Views) -> list[str]:
    return [cast.conversation for cast in held.votes()]


def test_held_votes_count_again_when_they_are_released(
    record: Record, engine: Engine, held: Views
) -> None:
    record.write([view(), vote(at=3.0, of=TWO), vote(at=4.0, of=THREE)])
    record.write([view("undone"), vote("undone", 5.0, None, of=TWO)])
    publish(engine, "view0001")
    assert held.hold(TWO, "identical") is True
    assert held.hold(TWO, "another reason") is False
    assert voters(held) == [THREE]
    assert held.holds() == [Hold(TWO, "identical", NOON, votes=1)]
    held.release(TWO, "Ana")
    assert voters(held) == [TWO, THREE]
    assert held.holds() == []
    assert held.hold(TWO, "identical") is False, "released for good"
    assert voters(held) == [TWO, THREE]
    assert values(engine, holds, "reason", "released_by", "released_at") == [
        ("identical", "Ana", NOON)
    ]


def test_burst_holds_back_no_other_votes_until_there_is_a_better_reason(
    record: Record, engine: Engine, held: Views
) -> None:
    """Which votes are the burst's only the caller knows."""
    record.write([view(), vote(at=3.0, of=TWO), vote(at=4.0, of=THREE)])
    publish(engine, "view0001")
    assert held.hold(TWO, BURST) is True
    assert held.hold(TWO, BURST) is False
    assert voters(held) == [TWO, THREE]
    assert [hold.reason for hold in held.holds()] == [BURST]
    assert held.hold(TWO, "speed") is True
    assert voters(held) == [THREE]
    assert held.hold(TWO, BURST) is False
    assert held.hold(TWO, "identical") is False
    assert [hold.reason for hold in held.holds()] == ["speed"]
    held.hold(THREE, BURST)
    for of in (TWO, THREE):
        held.release(of, "Ana")
        assert held.hold(of, "identical") is False
    assert voters(held) == [TWO, THREE]


def test_nobody_is_held_of_whom_there_are_no_votes(
    record: Record, engine: Engine, held: Views
) -> None:
    """Whoever looked at the votes may have looked before an erasure."""
    record.write([view(), vote(at=3.0, of=TWO), erased("e", 4.0, of=TWO)])
    assert held.hold(TWO, "identical") is False
    assert values(engine, holds, "conversation") == []


def test_release_of_nothing_is_refused(record: Record, held: Views) -> None:
    record.write([view(), vote(of=TWO)])
    with pytest.raises(Refused, match=f"^No votes of {TWO} are held back.$"):
        held.release(TWO, "Ana")
    held.hold(TWO, "identical")
    with pytest.raises(Refused, match="a name of 1 to 80"):
        held.release(TWO, "")
    held.release(TWO, "Ana")
    with pytest.raises(Refused, match="were released by Ana on 2027-01-15 08:00 UTC"):
        held.release(TWO, "Léo")


def test_first_seen_is_the_earliest_of_anything(record: Record, held: Views) -> None:
    four, stranger = conversation(4), conversation(5)
    record.write([turn("t1", 3.0, of=TWO), turn("t0", 2.0, of=TWO), view("b", 4.0, of=TWO)])
    record.write([view("a", 8.0, of=THREE), consent("vote", 7.0, of=THREE)])
    record.write([vote("a", 9.0, of=four), turn("t2", 9.5, of=four), turn("x", 1.0, of=ONE)])
    assert held.first_seen([TWO, THREE, four, stranger]) == {TWO: 2.0, THREE: 7.0, four: 9.0}
    assert held.first_seen([]) == {}


def test_first_seen_may_be_asked_of_very_many(record: Record, held: Views) -> None:
    record.write([turn("t", 3.0, of=TWO)])
    assert held.first_seen([TWO, *(f"{number:032}" for number in range(40_000))]) == {TWO: 3.0}


def write(*entries: JournalEntry) -> Callable[..., Any]:
    return lambda record, **_: record.write(entries)


CHANGES: list[tuple[str, Callable[..., Any], bool]] = [
    ("a vote", write(vote(at=4.0, of=THREE)), True),
    ("a changed vote", write(vote(at=4.0, value=-1)), True),
    ("a vote changed to the same", write(vote(at=3.002)), True),
    ("an undone vote", write(vote(at=4.0, value=None)), True),
    ("the same vote again", write(vote()), False),
    ("an older vote again", write(vote(at=2.5, value=-1)), False),
    ("a turn", write(turn("t", 9.0)), False),
    ("a pending view", write(view("view0009")), False),
    ("a published view", lambda engine, **_: publish(engine, "view0002"), True),
    ("a withdrawn view", write(withdrawn()), True),
    ("an erased voter", write(erased("e", 9.0, of=TWO)), True),
    ("an erased author", write(erased("e", 9.0)), True),
    ("a hold", lambda held, **_: held.hold(TWO, "identical"), True),
]


@pytest.mark.parametrize(
    ("change", "is_seen"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES]
)
def test_fingerprint_changes_with_what_groups_are_made_of(
    record: Record, engine: Engine, held: Views, change: Callable[..., Any], is_seen: bool
) -> None:
    record.write([view(), view("view0002"), vote(at=3.0)])
    publish(engine, "view0001")
    before = held.fingerprint()
    assert held.fingerprint() == before
    change(record=record, engine=engine, held=held)
    assert (held.fingerprint() != before) is is_seen


def test_fingerprint_changes_with_a_release(record: Record, held: Views) -> None:
    record.write([view(), vote()])
    held.hold(TWO, "identical")
    before = held.fingerprint()
    held.release(TWO, "Ana")
    assert held.fingerprint() != before


def test_fingerprint_of_an_empty_record_is_one_too(held: Views) -> None:
    assert held.fingerprint() == held.fingerprint() != ""


def test_last_result_is_what_was_saved_last(held: Views) -> None:
    assert held.last_result() is None
    big = 2**32 - 1
    assert held.save_result(input_hash="a" * 64, seed=1, people=60, body={"groups": []}) == 1
    assert held.save_result(input_hash="b" * 64, seed=big, people=61, body={"é": [1.5]}) == 2
    assert held.last_result() == SavedResult(2, NOON, "b" * 64, big, 61, {"é": [1.5]})
