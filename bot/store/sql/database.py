"""Opens the record's database, for whichever process reads or writes it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SettingInvalid
from bot.store.sql.migrating import FromTheFuture, bring_up_to_date
from bot.store.sql.writing import INSERTS

SETTING = "BOT_DATABASE_URL"
WAL_ATTEMPTS = 20


def open_database(url: str, data_dir: Path) -> Engine:
    """The record's database, its tables made or brought up to date.

    Raises:
        SettingInvalid: the address is not one of SQLite or PostgreSQL, nothing answers there, or
            a newer version has changed the tables.
    """
    try:
        address = make_url(url or f"sqlite:///{data_dir / 'record.sqlite'}")
        if address.get_backend_name() not in INSERTS:
            raise SettingInvalid(SETTING, "use an address of SQLite or PostgreSQL")
        return _open(address)
    except (SQLAlchemyError, ImportError) as error:
        raise SettingInvalid(
            SETTING, f"the database cannot be opened ({type(error).__name__})"
        ) from error
    except FromTheFuture as error:
        raise SettingInvalid(
            SETTING, "a newer version has changed its tables; run that version, or restore a backup"
        ) from error


def _open(address: URL) -> Engine:
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    try:
        bring_up_to_date(engine)
    except Exception:
        engine.dispose()
        raise
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Let readers read while we write, and overwrite what is erased."""
    for attempt in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:  # another process does the same: SQLite does not wait
            if attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
    for pragma in ("synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
