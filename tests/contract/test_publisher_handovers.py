"""The recorder tells people of hand-overs: each thing once and in order, and who is silent ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, insert

from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import Accepted, JournalEntry
from bot.recorder.handing_over import GRACE, HandingOver
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record, open_database
from bot.store.sql.tables import accounts
from bot.store.vault import Vault

NOON = 1_900_000_000.0
QUARTER = 900.0
ONE, TWO = "a" * 32, "b" * 32
ADA, SAM = "ada@example.org", "sam@example.org"


class Inbox:
    """Takes each id once, as the store does; `full` conversations take nothing."""

    def __init__(self) -> None:
        self.taken: list[IncomingMessage] = []
        self.full: set[str] = set()
        self._seen: set[tuple[str, str]] = set()

    async def accept(self, message: IncomingMessage) -> Accepted:
        place = (message.conversation, message.id)
        if place in self._seen:
            return "duplicate"
        if message.conversation in self.full:
            return "full"
        self._seen.add(place)
        self.taken.append(message)
        return "accepted"


class Desk:
    """The console's side and the recorder's over one record, with a clock that tests move."""

    def __init__(self, engine: Engine) -> None:
        self.at = NOON
        vault = Vault(b"i" * 32, [Fernet.generate_key().decode()])
        self.held = HandOvers(engine, vault, lambda: self.at)
        self.record = Record(engine, vault)
        self.inbox = Inbox()
        self.restart()

    def restart(self) -> None:
        """A recorder that knows nothing but what is in the record."""
        self.recorder = HandingOver(self.held, self.inbox, seconds=QUARTER, now=lambda: self.at)

    def take(self, by: str = ADA, of: str = ONE, *, force: bool = False) -> int:
        return self.held.take(of, "telegram", "fr", by, force=force)

    async def look(self) -> list[tuple[str, str]]:
        """What is new in the inboxes: id and what."""
        known = len(self.inbox.taken)
        await self.recorder.look()
        return [(new.id, new.notice["what"]) for new in self.inbox.taken[known:] if new.notice]

    def last(self) -> dict[str, Any]:
        """The latest notice."""
        notice = self.inbox.taken[-1].notice
        assert notice is not None
        return notice

    def why(self, of: str = ONE) -> list[tuple[str | None, str]]:
        """Why each hand-over of somebody ended, and what they know."""
        return [(each.ended_why, each.told) for each in self.held.of(of)]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database("", tmp_path)
    with engine.begin() as connection:
        connection.execute(
            insert(accounts).values(
                id="1", email=ADA, name="Ada Lovelace", role="moderator", language="fr",
                is_active=True, at=NOON,
            )
        )  # fmt: skip
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


async def test_person_is_told_who_has_the_conversation_and_until_when(desk: Desk) -> None:
    number = desk.take()
    desk.at += 1
    assert await desk.look() == [(f"handover:{number}:taken", "taken")]
    (message,) = desk.inbox.taken
    assert (message.conversation, message.platform, message.at) == (ONE, "telegram", NOON + 1)
    assert (message.text, message.button, message.return_address) == (None, None, {})
    assert desk.last() == {
        "kind": "handover",
        "what": "taken",
        "number": number,
        "name": "Ada",
        "until": NOON + QUARTER + GRACE,
    }
    assert await desk.look() == []
    assert desk.why() == [(None, "taken")]


async def test_whoever_has_no_account_has_no_name(desk: Desk) -> None:
    desk.take(SAM)
    await desk.look()
    assert desk.last()["name"] is None
    assert SAM not in str(desk.last())


async def test_messages_are_told_in_order_and_move_the_end(desk: Desk) -> None:
    number = desk.take()
    desk.held.write(number, "Salut", ADA)
    desk.at += 10
    desk.held.write(number, "Ça va?", ADA)
    assert await desk.look() == [
        (f"handover:{number}:taken", "taken"),
        ("staff:1", "message"),
        ("staff:2", "message"),
    ]
    texts = [message.notice["text"] for message in desk.inbox.taken[1:] if message.notice]
    assert texts == ["Salut", "Ça va?"]
    assert (desk.last()["name"], desk.last()["number"]) == ("Ada", number)
    assert desk.last()["until"] == NOON + 10 + QUARTER + GRACE
    assert await desk.look() == []


async def test_end_is_told_after_the_last_message(desk: Desk) -> None:
    number = desk.take()
    await desk.look()
    desk.held.write(number, "À bientôt", ADA)
    desk.held.give_back(number, ADA)
    assert await desk.look() == [
        ("staff:1", "message"),
        (f"handover:{number}:ended", "ended"),
    ]
    assert desk.why() == [("given_back", "ended")]
    assert await desk.look() == []


async def test_silent_moderator_gives_it_back_with_a_kind_word(desk: Desk) -> None:
    number = desk.take()
    await desk.look()
    desk.at = NOON + QUARTER
    assert await desk.look() == []
    desk.at += 1
    assert await desk.look() == [(f"handover:{number}:ended", "timeout")]
    assert desk.why() == [("timeout", "ended")]


async def test_bot_hears_of_a_moderator_who_only_reads(desk: Desk) -> None:
    number = desk.take()
    await desk.look()
    desk.at += QUARTER / 3 - 1
    desk.held.touch(number)
    assert await desk.look() == []
    desk.at += 1
    desk.held.touch(number)
    ((_, what),) = await desk.look()
    assert (what, desk.last()["until"]) == ("kept", desk.at + QUARTER + GRACE)
    assert await desk.look() == []
    desk.at += QUARTER
    assert await desk.look() == []
    desk.at += 1
    ((_, what),) = await desk.look()
    assert what == "timeout"


async def test_bot_stays_silent_until_the_end_can_be_told(desk: Desk) -> None:
    """However seldom the bot hears of a reader, it does not come back before the moderator goes."""
    number = desk.take()
    await desk.look()
    for _ in range(200):
        desk.at += 7
        desk.held.touch(number)
        await desk.look()
        assert desk.last()["until"] >= desk.at + QUARTER / 2
    assert desk.why() == [(None, "taken")]


async def test_what_came_and_went_unseen_is_not_told(desk: Desk) -> None:
    desk.held.give_back(desk.take(), ADA)
    assert await desk.look() == []
    assert desk.why() == [("given_back", "ended")]


async def test_message_that_came_and_went_is_told(desk: Desk) -> None:
    number = desk.take()
    desk.held.write(number, "Voici la réponse", ADA)
    desk.held.give_back(number, ADA)
    assert [what for _, what in await desk.look()] == ["taken", "message", "ended"]
    assert desk.why() == [("given_back", "ended")]


async def test_new_name_follows_without_an_end(desk: Desk) -> None:
    first = desk.take(SAM)
    await desk.look()
    desk.held.write(first, "Un instant", SAM)
    second = desk.take(ADA, force=True)
    assert await desk.look() == [
        ("staff:1", "message"),
        (f"handover:{second}:taken", "taken"),
    ]
    assert desk.last()["name"] == "Ada"


async def test_who_left_is_not_told_that_they_did(desk: Desk) -> None:
    desk.take()
    await desk.look()
    desk.held.left(ONE, desk.at)
    assert await desk.look() == []
    assert desk.why() == [("left", "ended")]


async def test_full_inbox_is_tried_again_and_keeps_the_order(desk: Desk) -> None:
    number = desk.take()
    desk.held.write(number, "Salut", ADA)
    desk.held.give_back(number, ADA)
    again = desk.take(SAM)
    other = desk.take(SAM, TWO)
    desk.inbox.full = {ONE}
    assert await desk.look() == [(f"handover:{other}:taken", "taken")]
    assert desk.why() == [("given_back", "nothing"), (None, "nothing")]
    desk.inbox.full = set()
    assert await desk.look() == [
        (f"handover:{number}:taken", "taken"),
        ("staff:1", "message"),
        (f"handover:{number}:ended", "ended"),
        (f"handover:{again}:taken", "taken"),
    ]


async def test_recorder_that_died_before_noting_it_tells_nothing_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.take()
    desk.held.write(number, "Salut", ADA)

    def die(_: int) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(desk.held, "mark_message_told", die)
        with pytest.raises(OSError, match="gone"):
            await desk.recorder.look()
    assert [message.id for message in desk.inbox.taken] == [f"handover:{number}:taken", "staff:1"]
    desk.restart()
    assert [what for _, what in await desk.look()] == []
    assert [message.told for message in desk.held.messages(ONE)] == [True]


async def test_recorder_that_comes_back_lets_the_bot_know(desk: Desk) -> None:
    number = desk.take()
    await desk.look()
    desk.at += 100
    desk.held.touch(number)
    desk.restart()
    ((_, what),) = await desk.look()
    assert (what, desk.last()["until"]) == ("kept", NOON + 100 + QUARTER + GRACE)
    assert await desk.look() == []


async def test_somebody_erased_is_left_alone(desk: Desk) -> None:
    number = desk.take()
    desk.held.write(number, "Salut", ADA)
    erased = {"kind": "erased", "conversation": ONE, "at": NOON + 1}
    desk.record.write([JournalEntry("j|1", erased)])
    assert await desk.look() == []
