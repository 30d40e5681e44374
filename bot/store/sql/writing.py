"""How the record is written to: one transaction at a time, and nothing left of what is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; on SQLite nobody else writes from its first read to its end.

    There, two who first read and then write could otherwise both act on what they read, and a
    change of tables would not be part of the transaction.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def insert_into(connection: Connection, table: Table) -> Any:
    """The dialect's own insert, which knows what to do about a row that is there."""
    return INSERTS[connection.dialect.name](table)


def forget_deleted(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, which still holds what was deleted."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
