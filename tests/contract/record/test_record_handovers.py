"""Hand-overs in the record: one at a time, whoever is quick; each thing told once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, insert

from bot.store.sql.handover_rows import AlreadyTaken, Ended
from bot.store.sql.handovers import LONGEST_MESSAGE, HandOvers
from bot.store.sql.record import Record
from bot.store.sql.refusals import Refused
from bot.store.sql.tables import accounts, labels, notes, staff_messages
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, TWO, entry, erased

NOON = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""
ADA, SAM = "ada@example.org", "sam@example.org"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(engine: Engine, vault: Vault, clock: Clock) -> HandOvers:
    return HandOvers(engine, vault, clock)


def take(held: HandOvers, by: str = ADA, of: str = ONE, *, force: bool = False) -> int:
    return held.take(of, "telegram", "fr", by, force=force)


def test_conversation_is_taken_and_given_back(held: HandOvers, clock: Clock) -> None:
    number = take(held)
    current = held.current(ONE)
    assert current is not None
    assert (current.number, current.taken_by, current.at) == (number, ADA, NOON)
    assert (current.platform, current.language, current.told) == ("telegram", "fr", "nothing")
    assert current.is_open
    clock.at += 60
    held.give_back(number, ADA)
    assert held.current(ONE) is None
    (ended,) = held.of(ONE)
    assert (ended.ended_at, ended.ended_why, ended.is_open) == (NOON + 60, "given_back", False)


def test_second_moderator_hears_who_has_it_and_since_when(held: HandOvers, clock: Clock) -> None:
    take(held)
    clock.at += 60
    with pytest.raises(AlreadyTaken, match="ada@example.org .* 2027-01-15 08:00 UTC") as refused:
        take(held, SAM)
    assert (refused.value.by, refused.value.at) == (ADA, NOON)
    assert take(held, SAM, TWO) > 0


def test_taking_twice_is_taking_once(held: HandOvers) -> None:
    assert take(held) == take(held)
    assert len(held.of(ONE)) == 1


def test_after_it_is_given_back_anybody_may_take_it(held: HandOvers) -> None:
    first = take(held)
    held.give_back(first, ADA)
    second = take(held, SAM)
    assert second > first
    assert [each.taken_by for each in held.of(ONE)] == [ADA, SAM]


def test_many_at_once_and_one_has_it(held: HandOvers, engine: Engine, vault: Vault) -> None:
    people = [f"mod{number}@example.org" for number in range(8)]
    start = threading.Barrier(len(people))

    def hammer(by: str) -> str:
        start.wait()
        try:
            HandOvers(engine, vault, lambda: NOON).take(ONE, "web", None, by)
        except AlreadyTaken as refused:
            return refused.by
        return by

    with ThreadPoolExecutor(len(people)) as pool:
        winners = set(pool.map(hammer, people))
    (held_now,) = held.of(ONE)
    assert winners == {held_now.taken_by}


def test_admin_takes_it_from_a_colleague(held: HandOvers) -> None:
    first = take(held)
    second = take(held, SAM, force=True)
    old, new = held.of(ONE)
    assert (old.number, old.ended_why, old.told) == (first, "given_back", "ended")
    assert (new.number, new.taken_by, new.is_open) == (second, SAM, True)
    with pytest.raises(Ended):
        held.write(first, "Encore moi", ADA)


def test_message_rests_encrypted_and_counts_as_a_sign(
    held: HandOvers, engine: Engine, clock: Clock
) -> None:
    number = take(held)
    clock.at += 60
    written = held.write(number, "  Salut\u200b,\tça va?  ", ADA)
    (message,) = held.messages(ONE)
    assert (message.number, message.handover, message.by) == (written, number, ADA)
    assert (message.text, message.told, message.at) == ("Salut, ça va?", False, NOON + 60)
    assert held.of(ONE)[0].seen_at == NOON + 60
    with engine.connect() as connection:
        (row,) = connection.execute(staff_messages.select())
    assert b"Salut" not in row.text


@pytest.mark.parametrize("text", ["", " \u200b\n", "x" * (LONGEST_MESSAGE + 1)])
def test_message_that_cannot_be_sent_is_refused(held: HandOvers, clock: Clock, text: str) -> None:
    number = take(held)
    clock.at += 60
    with pytest.raises(Refused, match="1 to 1000 characters"):
        held.write(number, text, ADA)
    assert held.messages(ONE) == []
    assert held.of(ONE)[0].seen_at == NOON


def test_longest_message_is_sent(held: HandOvers) -> None:
    held.write(take(held), "x" * LONGEST_MESSAGE, ADA)
    assert len(held.messages(ONE)) == 1


def test_colleague_neither_writes_nor_gives_back(held: HandOvers, clock: Clock) -> None:
    number = take(held)
    clock.at += 60
    with pytest.raises(AlreadyTaken):
        held.write(number, "Bonjour", SAM)
    with pytest.raises(AlreadyTaken):
        held.give_back(number, SAM)
    assert held.messages(ONE) == []
    (current,) = held.of(ONE)
    assert (current.is_open, current.seen_at) == (True, NOON)
    held.give_back(number, SAM, force=True)
    assert held.current(ONE) is None


@pytest.mark.parametrize("why", ["given_back", "timeout", "left"])
def test_what_is_over_is_over(held: HandOvers, clock: Clock, why: str) -> None:
    number = take(held)
    clock.at += 900
    if why == "given_back":
        held.give_back(number, ADA)
    elif why == "timeout":
        assert held.end_silent(NOON + 1) == 1
    else:
        held.left(ONE, clock.at)
    (ended,) = held.of(ONE)
    assert (ended.ended_why, ended.ended_at) == (why, NOON + 900)
    for act in (lambda: held.write(number, "Bonjour", ADA), lambda: held.give_back(number, ADA)):
        with pytest.raises(Ended) as refused:
            act()
        assert refused.value.why == why
    clock.at += 60
    held.touch(number)
    assert held.of(ONE) == [ended]


def test_nothing_is_known_of_a_number_that_was_erased(held: HandOvers, record: Record) -> None:
    number = take(held)
    held.write(number, "Bonjour", ADA)
    record.write([erased("e", NOON + 1, of=ONE)])
    assert held.of(ONE) == []
    assert held.messages(ONE) == []
    with pytest.raises(Ended) as refused:
        held.write(number, "Es-tu là?", ADA)
    assert refused.value.why is None


def test_message_written_while_the_erasure_was_on_its_way_goes_too(
    held: HandOvers, record: Record, clock: Clock
) -> None:
    number = take(held)
    clock.at += 2
    held.write(number, "Bonjour", ADA)
    other = held.write(take(held, ADA, TWO), "Bonjour", ADA)
    record.write([erased("e", NOON + 1, of=ONE)])
    assert held.messages(ONE) == []
    assert [message.number for message in held.messages(TWO)] == [other]


def test_only_the_silent_are_ended(held: HandOvers, clock: Clock) -> None:
    silent, reading = take(held), take(held, SAM, TWO)
    clock.at += 600
    held.touch(reading)
    assert held.end_silent(NOON) == 0
    assert held.end_silent(NOON + 1) == 1
    assert held.end_silent(NOON + 1) == 0
    assert [each.number for each in held.open()] == [reading]
    assert held.of(ONE)[0].number == silent


def test_person_leaves_once_and_it_needs_no_telling(
    held: HandOvers, record: Record, clock: Clock
) -> None:
    number = take(held)
    left = entry("handover_left", ONE, NOON + 5, number=number)
    record.write([left])
    again = take(held, SAM)
    record.write([left])
    old, new = held.of(ONE)
    assert (old.ended_why, old.ended_at, old.told) == ("left", NOON + 5, "ended")
    assert (new.number, new.is_open) == (again, True)


def test_leaving_what_was_given_back_changes_nothing(held: HandOvers, record: Record) -> None:
    number = take(held)
    held.give_back(number, ADA)
    record.write([entry("handover_left", ONE, NOON + 5, number=number)])
    (ended,) = held.of(ONE)
    assert (ended.ended_why, ended.told) == ("given_back", "nothing")


def test_what_is_untold(held: HandOvers) -> None:
    one, two = take(held), take(held, SAM, TWO)
    assert [(each.number, said) for each, said in held.untold()] == [(one, []), (two, [])]
    held.mark_taken_told(one)
    held.mark_taken_told(two)
    assert held.untold() == []
    first, second = held.write(one, "Salut", ADA), held.write(one, "Ça va?", ADA)
    ((untold, said),) = held.untold()
    assert (untold.number, untold.told) == (one, "taken")
    assert [(each.number, each.text) for each in said] == [(first, "Salut"), (second, "Ça va?")]
    held.mark_message_told(first)
    held.give_back(two, SAM)
    (_, said), (ended, nothing) = held.untold()
    assert ([each.number for each in said], ended.number, nothing) == ([second], two, [])
    held.mark_message_told(second)
    held.mark_ended_told(two)
    assert held.untold() == []


def test_marks_do_not_go_back(held: HandOvers) -> None:
    number = take(held)
    held.mark_ended_told(number)  # it is open
    assert held.of(ONE)[0].told == "nothing"
    held.give_back(number, ADA)
    held.mark_ended_told(number)
    held.mark_taken_told(number)
    assert held.of(ONE)[0].told == "ended"


def test_first_name_is_of_the_account(held: HandOvers, engine: Engine) -> None:
    usual = {"role": "moderator", "language": "fr", "is_active": True, "at": NOON}
    with engine.begin() as connection:
        for id, (email, name) in enumerate([(ADA, "Ada  Lovelace"), (SAM, "Sam"), ("x@y.z", " ")]):
            row = {"id": str(id), "email": email, "name": name}
            connection.execute(insert(accounts).values(**usual, **row))
    assert held.first_names() == {ADA: "Ada", SAM: "Sam"}


def test_nobody_takes_without_a_name(held: HandOvers) -> None:
    with pytest.raises(Refused):
        take(held, " ")


def test_person_reads_what_was_written_to_and_about_them(
    held: HandOvers, engine: Engine, vault: Vault, clock: Clock
) -> None:
    number = take(held)
    held.write(number, "Bonjour à toi", ADA)
    clock.at += 60
    held.give_back(number, ADA)
    usual = {"conversation": ONE, "by": ADA, "at": NOON}
    with engine.begin() as connection:
        connection.execute(insert(labels).values(**usual, label="urgent"))
        connection.execute(insert(notes).values(**usual, text=vault.lock("Rappeler lundi")))
    take(held, SAM, TWO)
    about_one = Views(engine, vault).person(ONE)
    at, ended_at = "2027-01-15T08:00:00+00:00", "2027-01-15T08:01:00+00:00"
    (row,) = about_one["handovers"]
    assert row == {
        "number": number,
        "platform": "telegram",
        "language": "fr",
        "at": at,
        "ended_at": ended_at,
        "ended_why": "given_back",
    }
    (message,) = about_one["staff_messages"]
    assert (message["handover"], message["at"], message["text"]) == (number, at, "Bonjour à toi")
    assert about_one["labels"] == [{"label": "urgent", "at": at}]
    assert [(note["at"], note["text"]) for note in about_one["notes"]] == [(at, "Rappeler lundi")]
    assert ADA not in str(about_one)
