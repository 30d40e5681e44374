"""What is counted about a period, read from each database."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Engine, insert, update

from bot.conversation.ports import JournalEntry
from bot.store.sql.facts import Coded, Facts
from bot.store.sql.insight import Insight
from bot.store.sql.record import Record
from bot.store.sql.tables import handovers, staff_messages, views
from tests.contract.record.entries import ONE, THREE, TWO, crisis, erased, turn, view

DAY = 86_400.0


def answered(number: int, at: float, *, after: float, **changes: object) -> JournalEntry:
    """A turn that was written so many seconds after its message."""
    return turn(f"plv:{{01}}:journal|{int((at + after) * 1000)}-{number}", at, **changes)  # type: ignore[arg-type]


def names(column: Coded) -> list[str]:
    return [column.names[code] for code in column.codes]


class Clock:
    def __init__(self) -> None:
        self.at = 10 * DAY

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def insight(engine: Engine, clock: Clock) -> Insight:
    return Insight(engine, clock)


def read(insight: Insight) -> Facts:
    return insight.facts(DAY, 3 * DAY)


def test_turns_of_the_period_only_in_the_order_of_time(record: Record, insight: Insight) -> None:
    record.write(
        [
            answered(3, 2 * DAY, after=1, answers=["nap5"]),
            answered(1, DAY, after=1, of=TWO, answers=["greet", "view_invite"]),
            answered(2, DAY - 0.5, after=1),
            answered(4, 3 * DAY, after=1),
        ]
    )
    turns = read(insight).turns
    assert turns.at.tolist() == [DAY, 2 * DAY]
    assert names(turns.answers) == ["greet view_invite", "nap5"]
    assert len(set(turns.person.tolist())) == 2


def test_answer_time_is_from_the_message_to_its_commit_where_that_can_be(
    record: Record, insight: Insight
) -> None:
    record.write(
        [
            answered(1, DAY, after=0.25),
            answered(2, DAY + 1, after=-5),
            answered(3, DAY + 2, after=3601),
            turn("memory-7", DAY + 3),
        ]
    )
    seconds = read(insight).turns.seconds
    assert seconds[0] == pytest.approx(0.25)
    assert np.isnan(seconds[1:]).tolist() == [True, True, True]


def test_written_is_what_somebody_typed(record: Record, insight: Insight) -> None:
    record.write(
        [
            answered(1, DAY, after=1, text="bonjour"),
            answered(2, DAY + 1, after=1, text=None, button="a:nap5"),
        ]
    )
    assert read(insight).turns.is_written.tolist() == [True, False]


def test_each_person_has_the_language_most_used_and_the_last_campaign(
    record: Record, insight: Insight
) -> None:
    record.write(
        [
            answered(1, DAY, after=1, language="fr", campaign="ecole"),
            answered(2, DAY + 1, after=1, language="en", campaign="summer"),
            answered(3, DAY + 2, after=1, language="en", campaign=None),
            answered(4, DAY + 3, after=1, of=TWO, language=None, platform="telegram"),
            answered(5, DAY + 4, after=1, of=TWO, language="fr", platform="telegram"),
        ]
    )
    facts = read(insight)
    one, two = facts.turns.person[0], facts.turns.person[-1]
    people = facts.people
    assert len(people) == 2
    assert names(people.languages)[one] == "en"
    assert names(people.campaigns)[one] == "summer"
    assert names(people.languages)[two] == "fr"
    assert names(people.campaigns)[two] == ""
    assert names(people.platforms)[two] == "telegram"


def test_alerts_views_and_handovers_come_with_how_long_they_took(
    engine: Engine, record: Record, insight: Insight
) -> None:
    record.write(
        [
            crisis("plv:{01}:journal|9-0", DAY, of=TWO),
            view("view0001", DAY + 5, theme="impact"),
            view("view0002", DAY + 6),
        ]
    )
    row = {"conversation": THREE, "platform": "web", "taken_by": "sam@example.org", "told": "taken"}
    with engine.begin() as connection:
        decided = update(views).where(views.c.id == "view0001")
        connection.execute(decided.values(status="approved", decided_at=DAY + 65))
        for number, at, ended in ((1, DAY, DAY + 900), (2, DAY + 1000, None)):
            ends = {"ended_at": ended, "ended_why": "left" if ended else None}
            connection.execute(
                insert(handovers).values(number=number, at=at, seen_at=at, **ends, **row)
            )
        for number, at in ((1, DAY + 30), (2, DAY + 90)):
            message = {"number": number, "handover": 1, "at": at, "text": b"x", "told": True}
            connection.execute(
                insert(staff_messages).values(conversation=THREE, by="sam@example.org", **message)
            )
    facts = read(insight)
    assert names(facts.alerts.kinds) == ["crisis_suicide"]
    assert names(facts.views.kinds) == ["approved", "pending"]
    assert names(facts.views.themes) == ["impact", "participation"]
    assert facts.views.seconds[0] == 60
    assert np.isnan(facts.views.seconds[1])
    assert names(facts.handovers.kinds) == ["left", ""]
    assert facts.handovers.seconds[0] == 30
    assert np.isnan(facts.handovers.seconds[1])
    assert len(facts.people) == 3


def test_empty_record_has_nothing(insight: Insight) -> None:
    facts = read(insight)
    assert len(facts.people) == len(facts.turns.at) == len(facts.views.at) == 0


def test_figures_are_kept_for_a_minute_but_not_after_an_erasure(
    record: Record, insight: Insight, clock: Clock
) -> None:
    record.write([answered(1, DAY, after=1), answered(2, DAY, after=1, of=TWO)])
    assert len(read(insight).turns.at) == 2
    record.write([answered(3, DAY, after=1, of=THREE)])
    clock.at += 59
    assert len(read(insight).turns.at) == 2, "kept"
    clock.at += 1
    assert len(read(insight).turns.at) == 3, "a minute later"
    record.write([erased("plv:{01}:journal|10-0", 2 * DAY, of=ONE)])
    assert len(read(insight).turns.at) == 2, "erased at once"
