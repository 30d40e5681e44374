"""Conversations that a person of the team has taken over, and what they write there.

The console takes, writes and gives back; the recorder tells the people (`recorder.handing_over`)
and notes who left. A conversation has one open hand-over at most: the database sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.conversation.ports import JournalEntry
from bot.conversation.text import clean
from bot.store.sql.handover_rows import AlreadyTaken, Ended, HandOver, StaffMessage
from bot.store.sql.handover_telling import HandOverTelling
from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import handovers, staff_messages
from bot.store.sql.writing import insert_into, writing

AlsoOf = Callable[[Connection, int], object]
"""What is written in the same transaction, told the number of what was made, such as a note."""
LONGEST_MESSAGE = 1_000
"""Characters; with what stands around it a message fits on every platform."""


class HandOvers(HandOverTelling):
    """Hand-overs, over an open record."""

    def take(
        self,
        conversation: str,
        platform: str,
        language: str | None,
        by: str,
        *,
        force: bool = False,
        also: AlsoOf | None = None,
    ) -> int:
        """Take a conversation from the bot; returns the hand-over's number.

        Whoever has it already keeps it, and its number.

        Args:
            conversation: Whose.
            platform: Where they are.
            language: What is spoken there, where it is known.
            by: Who takes it, by their e-mail.
            force: Take it from a colleague too; for whoever may. The person is told of nobody but
                the new one.
            also: What is written along, unless they had it already.

        Raises:
            AlreadyTaken: a colleague has it.
        """
        name = check_name(by)
        about = {"conversation": conversation, "platform": platform, "language": language}
        with writing(self._engine) as connection:
            held = _current(connection, conversation)
            if held is not None and held.taken_by == name:
                return held.number
            if held is not None and force:
                _end(connection, held.number, self._now(), "given_back", told="ended")
            times = {"at": self._now(), "seen_at": self._now()}
            added = insert_into(connection, handovers).values(
                **about, **times, taken_by=name, told="nothing"
            )
            number = connection.scalar(added.on_conflict_do_nothing().returning(handovers.c.number))
            if number is not None and also:
                also(connection, int(number))
        if number is not None:
            return int(number)
        held = self.current(conversation)  # of whoever was quicker, just now
        if held is None or held.taken_by == name:
            return self.take(conversation, platform, language, by, force=force, also=also)
        raise AlreadyTaken(held.taken_by, held.at)

    def write(self, number: int, text: str, by: str, *, also: AlsoOf | None = None) -> int:
        """Write to the person; returns the message's number.

        Raises:
            Refused: there is nothing to send, or too much.
            AlreadyTaken: a colleague has the conversation.
            Ended: nobody has it any more.
        """
        name, kept = check_name(by), clean(text)
        if not 1 <= len(kept) <= LONGEST_MESSAGE:
            raise Refused(f"A message has 1 to {LONGEST_MESSAGE} characters, not {len(kept)}.")
        with writing(self._engine) as connection:
            held = self._hold(connection, number, name)
            row = {
                "handover": number,
                "conversation": held.conversation,
                "by": name,
                "at": self._now(),
                "text": self._vault.lock(kept),
                "told": False,
            }
            added = insert(staff_messages).values(**row).returning(staff_messages.c.number)
            message = int(connection.execute(added).scalar_one())
            if also:
                also(connection, message)
            return message

    def give_back(
        self, number: int, by: str, *, force: bool = False, also: AlsoOf | None = None
    ) -> None:
        """Let the bot answer again; `force` ends a colleague's too.

        Raises:
            AlreadyTaken: it is a colleague's.
            Ended: it was over before.
        """
        name = check_name(by)
        with writing(self._engine) as connection:
            self._hold(connection, number, None if force else name)
            _end(connection, number, self._now(), "given_back")
            if also:
                also(connection, number)

    def _hold(self, connection: Connection, number: int, name: str | None) -> HandOver:
        """An open hand-over, that nobody else ends until we are done."""
        touched = (
            update(handovers)
            .where(handovers.c.number == number, handovers.c.ended_at.is_(None))
            .values(seen_at=self._now())
            .returning(handovers)
        )
        row = connection.execute(touched).mappings().one_or_none()
        if row is None:
            why = select(handovers.c.ended_why).where(handovers.c.number == number)
            raise Ended(number, connection.scalar(why))
        if name is not None and row["taken_by"] != name:
            raise AlreadyTaken(row["taken_by"], row["at"])  # which undoes the above
        return HandOver(**row)

    def touch(self, number: int) -> None:
        """The moderator is there, reading; nothing happens when it is over."""
        with writing(self._engine) as connection:
            connection.execute(
                update(handovers)
                .where(handovers.c.number == number, handovers.c.ended_at.is_(None))
                .values(seen_at=self._now())
            )

    def of(self, conversation: str) -> list[HandOver]:
        """All of a conversation, oldest first."""
        return self._read(select(handovers).where(handovers.c.conversation == conversation))

    def current(self, conversation: str) -> HandOver | None:
        """The open one of a conversation."""
        with self._engine.connect() as connection:
            return _current(connection, conversation)

    def messages(self, conversation: str) -> list[StaffMessage]:
        """What staff wrote in a conversation, oldest first."""
        whose = staff_messages.c.conversation == conversation
        return self._read_messages(select(staff_messages).where(whose))

    def left(self, conversation: str, at: float) -> None:
        """The person went back to the bot."""
        with writing(self._engine) as connection:
            held = _current(connection, conversation)
            if held is not None:
                _end(connection, held.number, at, "left", told="ended")


def write_left(connection: Connection, entry: JournalEntry) -> None:
    """Note that the person went back to the bot, unless the hand-over was over before."""
    _end(connection, entry.event["number"], entry.event["at"], "left", told="ended")


def drop_orphans(connection: Connection, conversation: str) -> None:
    """Drop what was written to somebody just after they had everything erased."""
    known = select(handovers.c.number).where(handovers.c.conversation == conversation)
    connection.execute(
        delete(staff_messages).where(
            staff_messages.c.conversation == conversation, staff_messages.c.handover.not_in(known)
        )
    )


def _current(connection: Connection, conversation: str) -> HandOver | None:
    wanted = select(handovers).where(
        handovers.c.conversation == conversation, handovers.c.ended_at.is_(None)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return HandOver(**row) if row else None


def _end(connection: Connection, number: int, at: float, why: str, **more: Any) -> None:
    connection.execute(
        update(handovers)
        .where(handovers.c.number == number, handovers.c.ended_at.is_(None))
        .values(ended_at=at, ended_why=why, **more)
    )
