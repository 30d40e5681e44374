"""Who of staff saw, decided, changed or exported what: rows that are added and never changed.

Each row carries a keyed hash of itself and of the hash before it. Whoever changes, removes or adds
a row without the key breaks the chain from there on; whoever cuts off its end changes the last
hash, the seal, which every export carries.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, text

from bot.store.sql.tables import audit
from bot.store.sql.writing import writing
from bot.store.vault import Vault

FIRST = "0" * 64
"""What stands before the first row."""
ENCODER = json.JSONEncoder(ensure_ascii=False)
LOCK = 0x70617564
"""PostgreSQL's lock for whoever adds a row."""


@dataclass(frozen=True)
class Noted:
    """One row."""

    number: int
    """From 1, without a gap."""
    at: float
    by: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class Seal:
    """What was found when the whole chain was read."""

    rows: int
    hash: str
    """Of the last row; write it down elsewhere, and you can tell whether the end was cut off."""
    broken_at: int | None
    """Number of the first row that is not what was noted; None when all are."""


class Audit:
    """The audit, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def about(self, conversation: str) -> str:
        """How a conversation stands in the audit: no trace back to it once it is erased."""
        return f"conversation {self._vault.mark(f'audit {conversation}')[:12]}"

    def note(self, *, by: str, role: str, action: str, subject: str = "", **details: Any) -> int:
        """Add a row; returns its number. Never hand in what a young person wrote."""
        with writing(self._engine) as connection:
            return self.note_within(
                connection, by=by, role=role, action=action, subject=subject, **details
            )

    def note_within(
        self,
        connection: Connection,
        *,
        by: str,
        role: str,
        action: str,
        subject: str = "",
        **details: Any,
    ) -> int:
        """Add a row in a transaction of `writing`, so that deed and note are one."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        last = connection.execute(
            select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
        ).one_or_none()
        row: dict[str, Any] = {
            "number": (last.number if last else 0) + 1,
            "at": self._now(),
            "by": by[: audit.c.by.type.length],  # type: ignore[attr-defined]
            "role": role,
            "action": action,
            "subject": subject[: audit.c.subject.type.length],  # type: ignore[attr-defined]
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
        }
        row["hash"] = self._hash(last.hash if last else FIRST, row)
        connection.execute(insert(audit).values(**row))
        return int(row["number"])

    def read(
        self,
        *,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        before: int | None = None,
        most: int | None = None,
    ) -> list[Noted]:
        """Rows, the newest first; `before` is a row's number, for the next page."""
        wanted = select(audit).order_by(audit.c.number.desc())
        for column, value in (
            (audit.c.by, by),
            (audit.c.action, action),
            (audit.c.subject, subject),
        ):
            if value:
                wanted = wanted.where(column == value)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        if most is not None:
            wanted = wanted.limit(most)
        with self._engine.connect() as connection:
            return [_noted(row) for row in connection.execute(wanted).mappings()]

    def verify(self) -> Seal:
        """Read the whole chain and say where it first breaks, if it does."""
        rows, hash, broken_at = 0, FIRST, None
        for row, is_whole in self._walk():
            rows, hash = rows + 1, row["hash"]
            if broken_at is None and not is_whole:
                broken_at = rows
        return Seal(rows, hash, broken_at)

    def chain(self) -> Iterator[tuple[Noted, bool]]:
        """Every row, the oldest first, and whether it is what was noted, after what was."""
        return ((_noted(row), is_whole) for row, is_whole in self._walk())

    def _walk(self) -> Iterator[tuple[RowMapping, bool]]:
        count, before = 0, FIRST
        with self._engine.connect() as connection:
            newest = int(connection.scalar(select(func.max(audit.c.number))) or 0)
            for row in _in_order(connection, newest):
                count += 1
                yield row, row["number"] == count and self._is_whole(before, row)
                before = row["hash"]

    def _is_whole(self, before: str, row: RowMapping) -> bool:
        try:
            expected = self._hash(before, row)
        except (TypeError, ValueError):  # SQLite keeps any kind of value in any column
            return False
        return hmac.compare_digest(str(row["hash"]).encode(), expected.encode())

    def _hash(self, before: str, row: Any) -> str:
        fields = [row[name] for name in ("number", "by", "role", "action", "subject", "details")]
        signed = ENCODER.encode([before, float(row["at"]).hex(), *fields])
        message = b"audit " + signed.encode("utf-8", "surrogatepass")
        return hmac.digest(self._vault.identity_key, message, "sha256").hex()


def _in_order(connection: Connection, newest: int) -> Iterator[RowMapping]:
    wanted = select(audit).where(audit.c.number <= newest).order_by(audit.c.number)
    yield from connection.execution_options(yield_per=1000).execute(wanted).mappings()


def _noted(row: RowMapping) -> Noted:
    """A row as it stands; where somebody put nonsense in it, it can still be shown."""
    at = row["at"] if isinstance(row["at"], float | int) else 0.0
    return Noted(**{**row, "at": at, "details": _read(row["details"])})


def _read(details: str) -> dict[str, Any]:
    try:
        found = json.loads(details)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"unreadable": details}
