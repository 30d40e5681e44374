"""Who is signed in: the cookie's hash, never the cookie."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, or_, select, true, update

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
KEPT_SECONDS = 86_400.0
"""What is known of a session that is over, so that a form that was open is not lost."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in."""

    account: Account
    csrf: str
    """What every form must send along."""


@dataclass(frozen=True)
class OpenSession:
    """One of an account's sessions, as its owner sees it."""

    at: float
    seen_at: float
    is_this: bool
    """Whether it is the one that asks."""


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
        long_ago = now - KEPT_SECONDS
        gone = or_(sessions.c.ends_at < long_ago, sessions.c.seen_at < long_ago)
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

    def is_open(self, token: str) -> bool:
        """Whether a cookie still opens the console; asking does not keep the session awake."""
        now = self._now()
        wanted = select(sessions.c.id).where(
            sessions.c.id == _hash(token),
            sessions.c.ends_at >= now,
            sessions.c.seen_at >= now - IDLE_SECONDS,
        )
        with self._engine.connect() as connection:
            return connection.scalar(wanted) is not None

    def close(self, token: str) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.id == _hash(token)))

    def rotate(self, token: str) -> str:
        """Give a session another cookie and another token for forms; returns the cookie's value.

        Whoever knew the one before has nothing.
        """
        fresh = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.id == _hash(token))
                .values(id=_hash(fresh), csrf=secrets.token_urlsafe(32))
            )
        return fresh

    def of(self, account: str, token: str = "") -> list[OpenSession]:
        """An account's sessions that are not over, the newest first; `token` is the one's own."""
        now = self._now()
        wanted = select(sessions).where(
            sessions.c.account == account,
            sessions.c.ends_at >= now,
            sessions.c.seen_at >= now - IDLE_SECONDS,
        )
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(sessions.c.at.desc(), sessions.c.id)).all()
        return [OpenSession(row.at, row.seen_at, row.id == _hash(token)) for row in rows]

    def end(self, token: str) -> None:
        """Let a session be over, as if it had idled: its open forms are kept."""
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.id == _hash(token), sessions.c.ends_at >= now)
                .values(ends_at=now - 1)
            )

    def is_form_of(self, account: str, csrf: str) -> bool:
        """Whether a form was made for a session of this account, be it over or not."""
        wanted = select(sessions.c.id).where(sessions.c.account == account, sessions.c.csrf == csrf)
        with self._engine.connect() as connection:
            return connection.execute(wanted.limit(1)).first() is not None

    def end_all(self, account: str) -> None:
        """Let every session of an account be over, as if it had idled: its open forms are kept."""
        with writing(self._engine) as connection:
            end_within(connection, account, self._now())

    def close_all(self, account: str, *, but: str = "") -> None:
        """End every session of an account, or all but one, and know nothing more of them."""
        others = sessions.c.id != _hash(but) if but else true()
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.account == account, others))


def end_within(connection: Connection, account: str, now: float) -> None:
    """The same as `Sessions.end_all`, in a transaction that changes the account too."""
    connection.execute(
        update(sessions)
        .where(sessions.c.account == account, sessions.c.ends_at >= now)
        .values(ends_at=now - 1)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
