"""Writes what happened to SQL: each journal entry once, whatever is repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from bot.conversation.ports import JournalEntry
from bot.store.sql import erasing, retention
from bot.store.sql.database import open_database
from bot.store.sql.fitting import fitting
from bot.store.sql.handovers import drop_orphans, write_left
from bot.store.sql.participation import Participation, Score
from bot.store.sql.retention import Retention
from bot.store.sql.tables import alerts, turns
from bot.store.sql.writing import forget_deleted, insert_into, writing
from bot.store.vault import Vault

__all__ = ["Record", "Retention", "Score", "open_database"]

DELETING = ("erased", "withdrawn")


class Record:
    """The record of all conversations."""

    def __init__(self, engine: Engine, vault: Vault, score: Score | None = None) -> None:
        """Over an open database; `score` rates views, so that moderators see the worst first."""
        self._engine = engine
        self._vault = vault
        given = Participation(vault, score)
        self._writers: Mapping[str, Callable[[Connection, JournalEntry], None]] = {
            "turn": self._write_turn,
            "alert": _write_alert,
            "view": given.write_view,
            "view_about": given.write_about,
            "vote": given.write_vote,
            "consent": given.write_consent,
            "withdrawn": given.write_withdrawal,
            "handover_left": write_left,
        }

    def write(self, entries: Sequence[JournalEntry]) -> None:
        """Write entries in order, in one transaction; entries written before change nothing."""
        whose = {entry.event.get("conversation", "") for entry in entries}
        with writing(self._engine) as connection:
            erased = erasing.erased_at(connection, sorted(whose))
            for entry in entries:
                self._write(connection, entry, erased)
        if any(entry.event["kind"] in DELETING for entry in entries):
            forget_deleted(self._engine)

    def _write(self, connection: Connection, entry: JournalEntry, erased: dict[str, float]) -> None:
        """Write one entry, unless the person has had everything erased since."""
        kind = entry.event["kind"]
        if kind == "erased":
            conversation, at = entry.event["conversation"], entry.event["at"]
            erasing.erase(connection, conversation, at)
            drop_orphans(connection, conversation)
            erased[conversation] = max(at, erased.get(conversation, at))
        elif kind in self._writers and not _is_erased(entry, erased):
            self._writers[kind](connection, entry)

    def _write_turn(self, connection: Connection, entry: JournalEntry) -> None:
        happened = entry.event
        text = happened["text"]
        row = {
            "position": entry.position,
            "conversation": happened["conversation"],
            "platform": happened["platform"],
            "at": happened["at"],
            "language": happened["language"],
            "text": self._vault.lock(text) if text else None,
            "button": fitting(happened["button"], turns.c.button),
            "campaign": fitting(happened["campaign"], turns.c.campaign),
            "intent": happened["intent"],
            "confidence": happened["confidence"],
            "answers": " ".join(happened["answers"]),
        }
        connection.execute(insert_into(connection, turns).values(**row).on_conflict_do_nothing())

    def erase_again(self) -> int:
        """Erase what a restored backup brought back; returns how many rows."""
        return self._delete(erasing.erase_again)

    def drop_old(self, kept: Retention, now: float) -> int:
        """Drop what has been kept long enough; returns how many rows."""
        return self._delete(lambda connection: retention.drop_old(connection, kept, now))

    def _delete(self, delete: Callable[[Connection], int]) -> int:
        with writing(self._engine) as connection:
            deleted = delete(connection)
        if deleted:
            forget_deleted(self._engine)
        return deleted

    def transcript(self, conversation: str) -> list[dict[str, Any]]:
        """All turns of a conversation, oldest first, texts readable."""
        with self._engine.connect() as connection:
            rows = (
                connection.execute(
                    select(turns)
                    .where(turns.c.conversation == conversation)
                    .order_by(turns.c.at, turns.c.position)
                )
                .mappings()
                .all()
            )
        return [
            dict(row) | {"text": self._vault.unlock(row["text"]) if row["text"] else None}
            for row in rows
        ]


def _is_erased(entry: JournalEntry, erased: Mapping[str, float]) -> bool:
    return bool(entry.event["at"] <= erased.get(entry.event["conversation"], float("-inf")))


def _write_alert(connection: Connection, entry: JournalEntry) -> None:
    happened = entry.event
    row = {
        "position": entry.position,
        "conversation": happened["conversation"],
        "platform": happened["platform"],
        "at": happened["at"],
        "language": happened["language"],
        "answer": happened["answer"],
    }
    connection.execute(insert_into(connection, alerts).values(**row).on_conflict_do_nothing())
