"""Who is signed in: the cookie's hash, never the cookie."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, or_, select, update

from bot.store.sql.accounts import Account, Accounts
from bot.store.sql.refusals import Refused
from bot.store.sql.tables import sessions
from bot.store.sql.writing import writing
from bot.store.vault import Vault

IDLE_SECONDS = 30 * 60.0
"""A session ends after so long without a request."""
LONGEST_SECONDS = 12 * 3600.0
"""And after so long in any case."""
SEEN_EVERY = 60.0
"""Not each request is written down."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in."""

    account: Account
    csrf: str
    """What every form must send along."""


class Sessions:
    """Opens, finds and ends sessions, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._accounts = Accounts(engine, vault, now)
        self._now = now

    def open(self, account: str) -> str:
        """Begin a session of an account; returns the cookie's value, which nobody else knows."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {
            "id": _hash(token),
            "account": account,
            "csrf": secrets.token_urlsafe(32),
            "at": now,
            "seen_at": now,
            "ends_at": now + LONGEST_SECONDS,
        }
        gone = or_(sessions.c.ends_at < now, sessions.c.seen_at < now - LONGEST_SECONDS)
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(gone))
            connection.execute(insert(sessions).values(**row))
        return token

    def find(self, token: str, *, even_if_over: bool = False) -> Session | None:
        """Who a cookie belongs to; None when the session is over or the account is closed.

        Args:
            token: The cookie's value.
            even_if_over: Also find a session that idled too long, to keep what its form held.
        """
        now = self._now()
        with self._engine.connect() as connection:
            row = connection.execute(
                select(sessions).where(sessions.c.id == _hash(token))
            ).one_or_none()
        if row is None:
            return None
        is_over = row.ends_at < now or row.seen_at < now - IDLE_SECONDS
        if is_over and not even_if_over:
            return None
        try:
            account = self._accounts.get(row.account)
        except Refused:
            return None
        if not account.is_active:
            return None
        if not is_over and row.seen_at < now - SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(
                    update(sessions).where(sessions.c.id == row.id).values(seen_at=now)
                )
        return Session(account, row.csrf)

    def close(self, token: str) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.id == _hash(token)))

    def close_all(self, account: str) -> None:
        """End every session of an account."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.account == account))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
