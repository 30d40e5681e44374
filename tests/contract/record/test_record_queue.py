"""What waits for a person, and how each item leaves the queue once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from bot.conversation.ports import JournalEntry
from bot.store.sql.questions import Questions, Wording
from bot.store.sql.queue import CRISIS, PERSON, Queue
from bot.store.sql.record import Record
from bot.store.sql.refusals import AlreadySettled, Refused
from bot.store.sql.settling import UNDO_SECONDS, Settling
from bot.store.sql.tables import handovers, settled
from bot.store.sql.view_reading import Reactions, Wanted
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import (
    ONE,
    THREE,
    TWO,
    erased,
    rows,
    turn,
    values,
    view,
    vote,
    withdrawn,
)
from tests.contract.stores import conversation

NOON = 1_800_000_000.0


class Clock:
    """A time that tests set."""

    at = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(engine: Engine, vault: Vault, clock: Clock) -> Queue:
    return Queue(engine, vault, clock)


@pytest.fixture
def settling(engine: Engine, vault: Vault, clock: Clock) -> Settling:
    return Settling(engine, vault, clock)


@pytest.fixture
def questions(engine: Engine, vault: Vault) -> Questions:
    return Questions(engine, vault)


@pytest.fixture
def views(engine: Engine, vault: Vault, clock: Clock) -> Views:
    return Views(engine, vault, now=clock)


def alert(position: str, at: float, answer: str, *, of: str = ONE) -> JournalEntry:
    event = {"kind": "alert", "conversation": of, "platform": "web", "at": at, "language": "fr"}
    return JournalEntry(position, event | {"answer": answer})


def ignore(connection: Connection, conversation: str) -> None:
    """Nothing is written along."""


def quietly(connection: Connection) -> None:
    """Nothing is written along."""


# --- Alerts ---------------------------------------------------------------------------------------


def test_alerts_of_a_conversation_are_one_item_and_the_latest_person_comes_first(
    record: Record, queue: Queue
) -> None:
    record.write(
        [
            alert("a", 1.0, "crisis_suicide"),
            alert("b", 2.0, "crisis_distress", of=TWO),
            alert("c", 3.0, "crisis_distress"),
            alert("d", 4.0, "talk_to_human"),
            alert("e", 5.0, "report_problem", of=TWO),
        ]
    )
    crisis = queue.flags(CRISIS)
    assert [(flag.conversation, flag.position, flag.times) for flag in crisis] == [
        (ONE, "c", 2),
        (TWO, "b", 1),
    ]
    assert crisis[0].answers == ("crisis_distress", "crisis_suicide")
    assert [flag.position for flag in queue.flags(PERSON)] == ["e", "d"]
    assert queue.alerts_of([ONE, TWO, THREE]) == {ONE: 3, TWO: 2}


def test_settling_takes_all_alerts_of_the_kind_and_no_other(
    record: Record, queue: Queue, settling: Settling, engine: Engine
) -> None:
    record.write(
        [
            alert("a", 1.0, "crisis_suicide"),
            alert("b", 2.0, "crisis_distress"),
            alert("c", 3.0, "talk_to_human"),
            alert("d", 4.0, "crisis_suicide", of=TWO),
        ]
    )
    told: list[str] = []
    settling.alert("b", "helped", " Ana ", also=lambda _, conversation: told.append(conversation))
    assert told == [ONE]
    assert [flag.position for flag in queue.flags(CRISIS)] == ["d"]
    assert [flag.position for flag in queue.flags(PERSON)] == ["c"]
    assert values(engine, settled, "subject", "outcome", "by") == [
        ("a", "helped", "Ana"),
        ("b", "helped", "Ana"),
    ]
    assert queue.alerts_of([ONE]) == {ONE: 3}


def test_alert_after_one_that_was_settled_waits_again(
    record: Record, queue: Queue, settling: Settling
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide")])
    settling.alert("a", "looked_at", "Ana", also=ignore)
    record.write([alert("b", 2.0, "crisis_suicide")])
    assert [(flag.position, flag.times) for flag in queue.flags(CRISIS)] == [("b", 1)]


def test_second_person_is_told_who_was_first_and_writes_nothing(
    record: Record, settling: Settling, engine: Engine
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide")])
    settling.alert("a", "looked_at", "Ana", also=ignore)
    before = rows(engine, settled)
    told: list[str] = []
    with pytest.raises(AlreadySettled) as refused:
        settling.alert("a", "helped", "Léo", also=lambda _, of: told.append(of))
    assert (refused.value.by, refused.value.outcome, refused.value.at) == ("Ana", "looked_at", NOON)
    assert rows(engine, settled) == before
    assert told == []


@pytest.mark.parametrize(
    ("position", "outcome", "by", "why"),
    [
        ("z", "helped", "Ana", "no such alert"),
        ("a", "bored", "Ana", "no outcome"),
        ("a", "helped", " ", "a name"),
    ],
)
def test_wrong_settling_is_refused(
    record: Record,
    settling: Settling,
    engine: Engine,
    position: str,
    outcome: str,
    by: str,
    why: str,
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide")])
    with pytest.raises(Refused, match=why):
        settling.alert(position, outcome, by, also=ignore)
    assert rows(engine, settled) == []


def test_deed_whose_note_fails_is_not_done(
    record: Record, settling: Settling, engine: Engine
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide")])

    def fail(connection: Connection, conversation: str) -> None:
        raise OSError("the audit is full")

    with pytest.raises(OSError, match="full"):
        settling.alert("a", "helped", "Ana", also=fail)
    assert rows(engine, settled) == []


def test_same_person_undoes_what_they_settled_and_all_of_it(
    record: Record, queue: Queue, settling: Settling, clock: Clock
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide"), alert("b", 2.0, "crisis_suicide")])
    record.write([alert("c", 3.0, "talk_to_human")])
    settling.alert("c", "helped", "Ana", also=ignore)
    clock.at += 5
    settling.alert("b", "helped", "Ana", also=ignore)
    clock.at += UNDO_SECONDS
    settling.undo_alert("b", "Ana", also=ignore)
    assert [(flag.position, flag.times) for flag in queue.flags(CRISIS)] == [("b", 2)]
    assert queue.flags(PERSON) == []


@pytest.mark.parametrize(
    ("by", "later", "why"), [("Léo", 0.0, "Only who"), ("Ana", 1.0, "too late")]
)
def test_others_and_later_nobody_can_undo(
    record: Record, queue: Queue, settling: Settling, clock: Clock, by: str, later: float, why: str
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide")])
    settling.alert("a", "helped", "Ana", also=ignore)
    clock.at += UNDO_SECONDS * later + later
    with pytest.raises(Refused, match=why):
        settling.undo_alert("a", by, also=ignore)
    assert queue.flags(CRISIS) == []


@pytest.mark.parametrize("name", ["\x00", "a\x00", "\ud800", "x" * 500, ""])
def test_name_of_nothing_is_refused_by_any_database(
    settling: Settling, views: Views, name: str
) -> None:
    for deed in (
        lambda: settling.alert(name, "helped", "Ana", also=ignore),
        lambda: settling.undo_alert(name, "Ana", also=ignore),
        lambda: settling.leave_held(name, "Ana", also=quietly),
        lambda: views.release(name, "Ana"),
        lambda: views.get(name),
        lambda: views.reject(name, "spam", "Ana"),
    ):
        with pytest.raises(Refused):
            deed()


def test_two_who_settle_at_once_do_not_both(record: Record, engine: Engine, vault: Vault) -> None:
    people = [conversation(number) for number in range(10, 22)]
    record.write(
        [alert(f"a{n}", 1.0, "crisis_suicide", of=of) for n, of in enumerate(people)]
        + [alert(f"b{n}", 2.0, "crisis_suicide", of=of) for n, of in enumerate(people)]
    )
    barrier = Barrier(2)

    def settle(name: str) -> int:
        won, staff = 0, Settling(engine, vault)
        for number in range(len(people)):
            barrier.wait(20)
            try:
                staff.alert(f"b{number}", "looked_at", name, also=ignore)
                won += 1
            except AlreadySettled:
                pass
        return won

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(settle, ["Ana", "Léo"])) == len(people)
    by = dict(values(engine, settled, "subject", "by"))
    assert all(by[f"a{number}"] == by[f"b{number}"] for number in range(len(people)))


def test_what_was_settled_at_once_is_one_line_the_latest_first(
    record: Record, queue: Queue, settling: Settling, clock: Clock
) -> None:
    record.write([alert("a", 1.0, "crisis_suicide"), alert("b", 2.0, "crisis_distress")])
    record.write([alert("c", 3.0, "talk_to_human", of=TWO)])
    settling.alert("b", "helped", "Ana", also=ignore)
    clock.at += 1
    settling.alert("c", "not_serious", "Léo", also=ignore)
    assert [(one.subject, one.by, one.answer) for one in queue.settled_since(NOON)] == [
        ("c", "Léo", "talk_to_human"),
        ("b", "Ana", "crisis_distress"),
    ]
    assert [one.subject for one in queue.settled_since(NOON + 1)] == ["c"]


def test_erased_person_leaves_the_queue(record: Record, queue: Queue) -> None:
    record.write([alert("a", 1.0, "crisis_suicide"), erased("e", 2.0)])
    assert queue.flags(CRISIS) == []


def test_flag_names_who_has_the_conversation(record: Record, queue: Queue, engine: Engine) -> None:
    record.write([alert("a", 1.0, "crisis_suicide"), alert("b", 2.0, "crisis_suicide", of=TWO)])
    taken = {"platform": "web", "at": 1.0, "seen_at": 1.0, "told": "nothing"}
    with engine.begin() as connection:
        connection.execute(insert(handovers).values(conversation=ONE, taken_by="Ana", **taken))
        connection.execute(
            insert(handovers).values(conversation=TWO, taken_by="Léo", ended_at=2.0, **taken)
        )
    assert {flag.conversation: flag.taken_by for flag in queue.flags(CRISIS)} == {
        ONE: "Ana",
        TWO: None,
    }


# --- Held votes -----------------------------------------------------------------------------------


def test_held_votes_wait_until_somebody_has_looked(
    record: Record, queue: Queue, settling: Settling, views: Views, engine: Engine
) -> None:
    record.write([view(), vote(of=TWO), vote(of=THREE)])
    views.hold(TWO, "speed")
    views.hold(THREE, "burst")
    assert {hold.conversation for hold in queue.holds()} == {TWO, THREE}
    settling.leave_held(TWO, "Ana", also=quietly)
    assert [(hold.conversation, hold.votes) for hold in queue.holds()] == [(THREE, 1)]
    assert {hold.conversation for hold in views.holds()} == {TWO, THREE}, "they still do not count"
    assert TWO not in values(engine, settled, "subject")[0][0], "nobody can tell whose it is"
    with pytest.raises(AlreadySettled):
        settling.leave_held(TWO, "Léo", also=quietly)
    views.release(THREE, "Ana")
    assert queue.holds() == []
    with pytest.raises(Refused, match="not held back any more"):
        settling.leave_held(THREE, "Ana", also=quietly)


def test_hold_for_another_reason_waits_again(
    record: Record, queue: Queue, settling: Settling, views: Views, clock: Clock
) -> None:
    record.write([view(), vote(of=TWO)])
    views.hold(TWO, "burst")
    settling.leave_held(TWO, "Ana", also=quietly)
    clock.at += 60
    views.hold(TWO, "identical")
    assert [hold.reason for hold in queue.holds()] == ["identical"]
    clock.at += 1
    settling.leave_held(TWO, "Léo", also=quietly)
    assert queue.holds() == []


# --- Questions ------------------------------------------------------------------------------------


def asked(position: str, at: float, text: str, **more: Any) -> JournalEntry:
    return turn(position, at, text=text, answers=["fallback_unclear", "help"], **more)


def test_same_words_are_one_wording_however_they_are_written(
    record: Record, questions: Questions
) -> None:
    record.write(
        [
            asked("a", 1.0, "Où voter?"),
            asked("b", 2.0, "ou voter"),
            asked("c", 3.0, "where to vote", language="en"),
            turn("d", 4.0, text="bonjour", answers=["greet"]),
            turn("e", 5.0, text="la pizza", answers=["off_topic"]),
            turn("f", 6.0, text="près", answers=["fallback_nearest_not"]),
            asked("g", 0.5, "trop vieux"),
            asked("h", 7.0, "!!!"),
        ]
    )
    found = questions.newest(since=1.0, most=100)
    assert {
        (wording.language, words, wording.times, wording.position)
        for wording, words in found.items()
    } == {
        ("fr", "ou voter", 2, "b"),
        ("en", "where to vote", 1, "c"),
        ("fr", "la pizza", 1, "e"),
    }
    assert questions.texts(["a", "c", "zz"]) == {"a": "Où voter?", "c": "where to vote"}
    newest = questions.newest(since=1.0, most=2)
    assert sorted(newest.values()) == ["la pizza"]


def test_fingerprint_of_questions_changes_with_them(record: Record, questions: Questions) -> None:
    record.write([asked("a", 1.0, "un"), turn("b", 9.0)])
    before = questions.fingerprint(0.0)
    record.write([turn("c", 10.0)])
    assert questions.fingerprint(0.0) == before
    record.write([asked("d", 2.0, "deux")])
    assert questions.fingerprint(0.0) != before


def newest(questions: Questions) -> list[Wording]:
    return sorted(questions.newest(0.0, 100), key=lambda wording: wording.at)


@pytest.mark.parametrize(("outcome", "comes_back"), [("handled", True), ("dismissed", False)])
def test_handled_question_comes_back_when_it_is_asked_again(
    record: Record,
    questions: Questions,
    settling: Settling,
    clock: Clock,
    outcome: str,
    comes_back: bool,
) -> None:
    record.write([asked("a", NOON - 1, "où voter")])
    wordings = newest(questions)
    settling.questions(wordings, outcome, "Ana", also=quietly)
    assert questions.still_open(wordings) == frozenset()
    record.write([asked("b", NOON + 1, "ou voter?")])
    again = newest(questions)
    assert bool(questions.still_open(again)) is comes_back
    clock.at += 2
    if comes_back:
        settling.questions(again, "handled", "Léo", also=quietly)
        assert questions.still_open(again) == frozenset()


def test_questions_are_settled_once(
    record: Record, questions: Questions, settling: Settling, engine: Engine
) -> None:
    record.write([asked("a", NOON - 2, "où voter"), asked("b", NOON - 1, "voter où")])
    wordings = newest(questions)
    settling.questions(wordings[:1], "dismissed", "Ana", also=quietly)
    settling.questions(wordings, "handled", "Léo", also=quietly)  # the other wording still waited
    assert sorted(values(engine, settled, "by", "outcome")) == [
        ("Ana", "dismissed"),
        ("Léo", "handled"),
    ]
    with pytest.raises(AlreadySettled):
        settling.questions(wordings, "handled", "Mia", also=quietly)


# --- Views as lists -------------------------------------------------------------------------------


def test_waiting_has_the_order_of_the_queue(engine: Engine, vault: Vault, views: Views) -> None:
    scores = {"calm": {"insult": 0.1}, "high": {"spam": 0.9}, "none": {}}
    record = Record(engine, vault, lambda text, language: scores[text])
    record.write(
        [view(id, at, text=text) for id, at, text in
         [("a", 4.0, "none"), ("b", 3.0, "calm"), ("c", 2.0, "high"), ("d", 5.0, "high")]]
    )  # fmt: skip
    assert views.waiting() == [waiting.id for waiting in views.queue()] == ["c", "d", "b", "a"]
    assert [each.id for each in views.some(["b", "gone", "c"])] == ["b", "c"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["v5", "v4", "v3", "v2", "v1"]),
        (Wanted(status="pending"), ["v4", "v3", "v1"]),
        (Wanted(status="withdrawn"), ["v5"]),
        (Wanted(theme="impact"), ["v3"]),
        (Wanted(language="en"), ["v4"]),
        (Wanted(words="ETE bus"), ["v1"]),
        (Wanted(words="bus", status="rejected"), ["v2"]),
        (Wanted(words="100%_"), []),
        (Wanted(words="jamais"), []),
    ],
)
def test_views_are_found_by_what_they_are_like(
    record: Record, views: Views, wanted: Wanted, ids: list[str]
) -> None:
    record.write(
        [
            view("v1", 1.0, text="Plus de bus l'été!"),
            view("v2", 2.0, text="des bus"),
            view("v3", 3.0, theme="impact", text="des arbres"),
            view("v4", 4.0, language="en", text="trees"),
            view("v5", 5.0, text="bus"),
            withdrawn("v5"),
        ]
    )
    views.reject("v2", "spam", "Ana")
    found, count = views.find(wanted, first=0, most=10)
    assert ([each.id for each in found], count) == (ids, len(ids))
    page, count = views.find(wanted, first=1, most=1)
    assert ([each.id for each in page], count) == (ids[1:2], len(ids))


def test_reactions_are_shown_of_ten_people_and_without_held_ones(
    record: Record, views: Views
) -> None:
    people = [conversation(number) for number in range(10, 22)]
    record.write([view()])
    cast = [1] * 6 + [-1] * 3 + [0] * 1 + [1, 1]
    record.write([vote(at=5.0, value=value, of=of) for value, of in zip(cast, people)])
    assert views.reactions("view0001", until=5.0) == Reactions(8, 3, 1)
    views.hold(people[0], "speed")
    views.hold(people[1], "burst")
    assert views.reactions("view0001", until=5.0) == Reactions(6, 3, 1)
    views.hold(people[2], "speed")
    assert views.reactions("view0001", until=5.0) is None
    assert views.reactions("view0001", until=4.9) is None


def test_outcomes_are_listed_by_view_or_by_theme(
    engine: Engine, vault: Vault, record: Record, views: Views
) -> None:
    record.write([view()])
    views.add_outcome(theme="impact", fr="un", en="one", by="Ana")
    views.add_outcome(theme="other", fr="deux", en="two", url="https://example.org/x", by="Ana")
    assert [(one.theme, one.texts["en"]) for one in views.outcomes()] == [
        ("other", "two"),
        ("impact", "one"),
    ]
    assert views.outcomes(view="view0001") == []


# --- What a watch looks at ------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Record, Settling, Views], object]] = {
    "a view": lambda record, settling, views: record.write([view("view0009", 9.0)]),
    "an alert": lambda record, settling, views: record.write([alert("z", 9.0, "crisis_suicide")]),
    "a settled alert": lambda record, settling, views: settling.alert(
        "a", "helped", "Ana", also=ignore
    ),
    "a decision": lambda record, settling, views: views.reject("view0001", "spam", "Ana"),
    "a draft": lambda record, settling, views: views.save_translation(
        "view0001", "the text", "Ana"
    ),
    "held votes": lambda record, settling, views: views.hold(TWO, "speed"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_fingerprint_changes_when_the_queue_does(
    record: Record,
    queue: Queue,
    settling: Settling,
    views: Views,
    change: Callable[[Record, Settling, Views], object],
) -> None:
    record.write([view(), vote(of=TWO), alert("a", 1.0, "crisis_suicide")])
    before = queue.fingerprint()
    record.write([turn("t", 2.0)])
    assert queue.fingerprint() == before
    change(record, settling, views)
    assert queue.fingerprint() != before
