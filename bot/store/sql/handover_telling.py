"""Hand-overs as the recorder sees them: what is to be told, and which have gone silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, RowMapping, Select, or_, select, update

from bot.conversation.text import clean
from bot.store.sql.handover_rows import HandOver, StaffMessage
from bot.store.sql.tables import accounts, handovers, staff_messages
from bot.store.sql.writing import writing
from bot.store.vault import Vault


class HandOverTelling:
    """Hand-overs and messages that people have not heard of yet."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        """Over an open record."""
        self._engine = engine
        self._vault = vault
        self._now = now

    def untold(self) -> list[tuple[HandOver, list[StaffMessage]]]:
        """Hand-overs of which the person is to hear something, oldest first.

        With each the messages that are still to be told, oldest first.
        """
        is_untold = staff_messages.c.told.is_(False)
        is_untaken = handovers.c.told == "nothing"
        is_unended = handovers.c.ended_at.is_not(None) & (handovers.c.told != "ended")
        is_written = handovers.c.number.in_(select(staff_messages.c.handover).where(is_untold))
        found = self._read(select(handovers).where(or_(is_untaken, is_unended, is_written)))
        if not found:
            return []
        # Read after the hand-overs: before one that has ended here, all of it had been written.
        written: dict[int, list[StaffMessage]] = {}
        for message in self._read_messages(select(staff_messages).where(is_untold)):
            written.setdefault(message.handover, []).append(message)
        return [(each, written.get(each.number, [])) for each in found]

    def first_names(self) -> dict[str, str]:
        """By e-mail, the name under which people know somebody of the team."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(accounts.c.email, accounts.c.name)).all()
        words = {email: clean(name).split() for email, name in rows}
        return {email: name[0] for email, name in words.items() if name}

    def mark_taken_told(self, number: int) -> None:
        """The person has been told who has the conversation."""
        self._mark(number, "taken", handovers.c.told == "nothing")

    def mark_ended_told(self, number: int) -> None:
        """The person has been told that the bot answers again."""
        self._mark(number, "ended", handovers.c.ended_at.is_not(None))

    def _mark(self, number: int, told: str, where: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                update(handovers).where(handovers.c.number == number, where).values(told=told)
            )

    def mark_message_told(self, number: int) -> None:
        """The person has been told this message."""
        with writing(self._engine) as connection:
            connection.execute(
                update(staff_messages).where(staff_messages.c.number == number).values(told=True)
            )

    def end_silent(self, before: float) -> int:
        """End those whose moderator has done nothing since a time; returns how many."""
        is_silent = handovers.c.ended_at.is_(None) & (handovers.c.seen_at < before)
        if not self._read(select(handovers).where(is_silent)):  # mostly; spares the writers' lock
            return 0
        row = {"ended_at": self._now(), "ended_why": "timeout"}
        with writing(self._engine) as connection:
            return connection.execute(update(handovers).where(is_silent).values(**row)).rowcount

    def open(self) -> list[HandOver]:
        """All that are open, oldest first."""
        return self._read(select(handovers).where(handovers.c.ended_at.is_(None)))

    def _read(self, wanted: Select[Any]) -> list[HandOver]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(handovers.c.number)).mappings()
            return [HandOver(**row) for row in rows]

    def _read_messages(self, wanted: Select[Any]) -> list[StaffMessage]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(staff_messages.c.number)).mappings()
            return [self._message(row) for row in rows]

    def _message(self, row: RowMapping) -> StaffMessage:
        return StaffMessage(
            number=row["number"],
            handover=row["handover"],
            by=row["by"],
            at=row["at"],
            text=self._vault.unlock(row["text"]),
            told=row["told"],
        )
