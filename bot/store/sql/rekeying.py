"""Encrypts anew, with the newest key, whatever in the record an older key encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Engine, LargeBinary, func, select, update

from bot.errors import SettingInvalid
from bot.store.sql.tables import metadata
from bot.store.sql.writing import forget_deleted, writing
from bot.store.vault import Vault

BATCH = 500


@dataclass(frozen=True)
class Progress:
    """How far one column is."""

    column: str
    """Table and column, such as `turns.text`."""
    total: int
    """Values there are."""
    seen: int
    renewed: int
    """Of those seen, how many an older key had encrypted."""


def encrypted_columns() -> list[Column[Any]]:
    """Every column that holds something encrypted."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]


def rekey(engine: Engine, vault: Vault, newest: Vault, *, batch: int = BATCH) -> Iterator[Progress]:
    """Go through every encrypted column, a transaction a batch; says how far it is after each.

    What the newest key encrypted is left as it is, so whoever is interrupted may begin again.

    Args:
        engine: The record.
        vault: With every key.
        newest: With the newest key only.
        batch: Rows of a transaction.

    Raises:
        SettingInvalid: no key fits; what was done so far stays done.
    """
    for column in encrypted_columns():
        yield from _rekey_column(engine, column, vault, newest, batch)
    forget_deleted(engine)


def _rekey_column(
    engine: Engine, column: Column[Any], vault: Vault, newest: Vault, batch: int
) -> Iterator[Progress]:
    name = f"{column.table.name}.{column.name}"
    (key,) = column.table.primary_key.columns
    with engine.connect() as connection:
        total = connection.execute(
            select(func.count()).where(column.is_not(None)).select_from(column.table)
        ).scalar_one()
    seen = renewed = 0
    rows = select(key, column).where(column.is_not(None)).order_by(key).limit(batch)
    following = rows
    yield Progress(name, total, seen, renewed)
    while True:
        with writing(engine) as connection:
            found = connection.execute(following).all()
            for row_key, locked in found:
                if not _opens(newest, locked):
                    # Only if it is still the same: on PostgreSQL somebody may be erasing it.
                    renewed += connection.execute(
                        update(column.table)
                        .where(key == row_key, column == locked)
                        .values({column: vault.lock(vault.unlock(locked))})
                    ).rowcount
        if not found:
            return
        following, seen = rows.where(key > found[-1][0]), seen + len(found)
        yield Progress(name, max(total, seen), seen, renewed)


def _opens(vault: Vault, locked: bytes) -> bool:
    try:
        vault.unlock(locked)
    except SettingInvalid:
        return False
    return True
