"""What staff put on conversations: labels and notes. Both go with the conversation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Table, delete, insert, select

from bot.conversation.text import clean
from bot.store.sql.conversations import exists
from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import alerts, labels, notes, turns, views
from bot.store.sql.writing import forget_deleted, insert_into, writing
from bot.store.vault import Vault

LONGEST_LABEL = 32
LONGEST_NOTE = 2_000
MOST_LABELS = 20
"""Of one conversation."""
_LABEL = re.compile(r"[^\W_](?:[\w -]*[\w])?")


class NotKept(Refused):
    """Nothing is kept of this conversation, or not any more."""

    def __init__(self) -> None:
        super().__init__("Nothing is kept of this conversation any more.")


@dataclass(frozen=True)
class Label:
    """A label of a conversation."""

    label: str
    by: str
    at: float


@dataclass(frozen=True)
class Note:
    """What somebody of staff noted about a conversation."""

    number: int
    by: str
    at: float
    text: str


class Labels:
    """Labels and notes, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def of(self, conversation: str) -> list[Label]:
        """The labels of a conversation, by name."""
        wanted = select(labels).where(labels.c.conversation == conversation)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(labels.c.label)).all()
        return [Label(row.label, row.by, row.at) for row in rows]

    def add(self, conversation: str, label: str, by: str) -> str:
        """Put a label on a conversation; one that is there stays. Returns it as it is kept.

        Raises:
            Refused: it is no label, or there are too many.
            NotKept: the conversation is gone.
        """
        name, kept = check_name(by), clean(label).lower()
        if len(kept) > LONGEST_LABEL or not _LABEL.fullmatch(kept):
            raise Refused(f"A label has 1 to {LONGEST_LABEL} letters, digits, blanks, `-` and `_`.")
        row = {"conversation": conversation, "label": kept, "by": name, "at": self._now()}
        with writing(self._engine) as connection:
            if not exists(connection, conversation):
                raise NotKept
            there = connection.scalars(
                select(labels.c.label).where(labels.c.conversation == conversation)
            ).all()
            if kept not in there and len(there) >= MOST_LABELS:
                raise Refused(f"A conversation has {MOST_LABELS} labels at most.")
            added = insert_into(connection, labels).values(**row)
            connection.execute(added.on_conflict_do_nothing())
        return kept

    def remove(self, conversation: str, label: str) -> bool:
        """Take a label off; whether it was there."""
        is_it = (labels.c.conversation == conversation) & (labels.c.label == label)
        return self._delete(labels, is_it) > 0

    def notes(self, conversation: str) -> list[Note]:
        """The notes about a conversation, oldest first."""
        wanted = select(notes).where(notes.c.conversation == conversation)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(notes.c.number)).all()
        return [Note(row.number, row.by, row.at, self._vault.unlock(row.text)) for row in rows]

    def write_note(self, conversation: str, text: str, by: str) -> int:
        """Note something about a conversation; returns the note's number.

        Raises:
            Refused: it is empty or too long.
            NotKept: the conversation is gone.
        """
        name, kept = check_name(by), clean(text)
        if not 1 <= len(kept) <= LONGEST_NOTE:
            raise Refused(f"A note has 1 to {LONGEST_NOTE} characters, not {len(kept)}.")
        row = {
            "conversation": conversation,
            "by": name,
            "at": self._now(),
            "text": self._vault.lock(kept),
        }
        with writing(self._engine) as connection:
            if not exists(connection, conversation):
                raise NotKept
            added = insert(notes).values(**row).returning(notes.c.number)
            return int(connection.execute(added).scalar_one())

    def remove_note(self, conversation: str, number: int, by: str) -> bool:
        """Delete a note of one's own; whether it was there."""
        is_it = (notes.c.conversation == conversation) & (notes.c.number == number)
        return self._delete(notes, is_it & (notes.c.by == by)) > 0

    def drop_orphans(self) -> int:
        """Drop what was put on a conversation just while it was erased; returns how many rows."""
        count = 0
        for table in (labels, notes):
            is_orphan = ~select(turns).where(turns.c.conversation == table.c.conversation).exists()
            for kept in (alerts, views):
                is_kept = select(kept).where(kept.c.conversation == table.c.conversation).exists()
                is_orphan &= ~is_kept
            with self._engine.connect() as connection:
                found = connection.scalar(select(table.c.conversation).where(is_orphan).limit(1))
            if found is not None:  # seldom; looking first spares the writers' lock
                count += self._delete(table, is_orphan)
        return count

    def _delete(self, table: Table, where: ColumnElement[bool]) -> int:
        with writing(self._engine) as connection:
            count = connection.execute(delete(table).where(where)).rowcount
        if count:
            forget_deleted(self._engine)
        return int(count)
