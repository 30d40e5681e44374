"""Writes what happened to SQL: each journal entry once, whatever is repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.ports import JournalEntry
from bot.errors import SettingInvalid
from bot.store.sql.tables import alerts, erasures, metadata, turns
from bot.store.vault import Vault

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def open_database(url: str, data_dir: Path) -> Engine:
    """The record's database, its tables made where they are missing.

    Raises:
        SettingInvalid: the address is not one of SQLite or PostgreSQL, or nothing answers there.
    """
    try:
        address = make_url(url or f"sqlite:///{data_dir / 'record.sqlite'}")
        if address.get_backend_name() not in _INSERTS:
            raise SettingInvalid("BOT_DATABASE_URL", "use an address of SQLite or PostgreSQL")
        engine = create_engine(address)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        metadata.create_all(engine)
    except (SQLAlchemyError, ImportError) as error:
        raise SettingInvalid(
            "BOT_DATABASE_URL", f"the database cannot be opened ({type(error).__name__})"
        ) from error
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Let readers read while we write, and overwrite what is erased."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


class Record:
    """The record of all conversations."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def write(self, entries: Sequence[JournalEntry]) -> None:
        """Write entries in order, in one transaction; entries written before change nothing."""
        has_erased = False
        with self._engine.begin() as connection:
            for entry in entries:
                kind = entry.event["kind"]
                if kind == "turn":
                    self._insert(connection, turns, self._turn(entry))
                elif kind == "alert":
                    self._insert(connection, alerts, _alert(entry))
                elif kind == "erased":
                    self._erase(connection, entry.event)
                    has_erased = True
        if has_erased:
            self._forget_journal_files()

    def _insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        connection.execute(self._insert_into(table).values(**row).on_conflict_do_nothing())

    def _insert_into(self, table: Table) -> Any:
        """The dialect's own insert, which knows what to do about a row that is there."""
        return _INSERTS[self._engine.dialect.name](table)

    def _turn(self, entry: JournalEntry) -> dict[str, Any]:
        happened = entry.event
        text = happened["text"]
        return {
            "position": entry.position,
            "conversation": happened["conversation"],
            "platform": happened["platform"],
            "at": happened["at"],
            "language": happened["language"],
            "text": self._vault.lock(text) if text else None,
            "button": _fitting(happened["button"], turns.c.button),
            "campaign": _fitting(happened["campaign"], turns.c.campaign),
            "intent": happened["intent"],
            "confidence": happened["confidence"],
            "answers": " ".join(happened["answers"]),
        }

    def _erase(self, connection: Connection, happened: Mapping[str, Any]) -> None:
        conversation, at = happened["conversation"], happened["at"]
        for table in (turns, alerts):
            connection.execute(
                delete(table).where(table.c.conversation == conversation, table.c.at <= at)
            )
        row = self._insert_into(erasures).values(conversation=conversation, at=at)
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["conversation"], set_={"at": at}, where=erasures.c.at < at
            )
        )

    def _forget_journal_files(self) -> None:
        """SQLite's write-ahead log still holds erased rows until it is emptied."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def erase_again(self) -> int:
        """Erase what a restored backup brought back; returns how many rows."""
        erased = 0
        with self._engine.begin() as connection:
            for conversation, at in connection.execute(select(erasures)).all():
                for table in (turns, alerts):
                    erased += connection.execute(
                        delete(table).where(table.c.conversation == conversation, table.c.at <= at)
                    ).rowcount
        if erased:
            self._forget_journal_files()
        return erased

    def drop_before(self, at: float) -> int:
        """Delete turns and alerts older than a time; returns how many."""
        dropped = 0
        with self._engine.begin() as connection:
            for table in (turns, alerts):
                dropped += connection.execute(delete(table).where(table.c.at < at)).rowcount
        if dropped:
            self._forget_journal_files()
        return dropped

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


def _fitting(value: str | None, column: Column[Any]) -> str | None:
    """What comes from outside, as every database takes it; refused, it would come for ever."""
    if value is None:
        return None
    readable = value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return readable[: getattr(column.type, "length", None)]


def _alert(entry: JournalEntry) -> dict[str, Any]:
    happened = entry.event
    return {
        "position": entry.position,
        "conversation": happened["conversation"],
        "platform": happened["platform"],
        "at": happened["at"],
        "language": happened["language"],
        "answer": happened["answer"],
    }
