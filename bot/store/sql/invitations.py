"""Links by which somebody opens an account that was made for them: the link's hash, for a week."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Engine, select, update

from bot.store.sql.accounts import Account, Accounts, Also, check_language
from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import accounts
from bot.store.sql.writing import writing
from bot.store.vault import Vault

VALID_SECONDS = 7 * 86_400.0


class InvitationOver(Refused):
    """The link was used, is too old, or never was one."""

    def __init__(self) -> None:
        super().__init__("This invitation was used already, or is too old.")


class Invitations:
    """Makes and takes invitations, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._accounts = Accounts(engine, vault, now)
        self._now = now

    def invite(
        self, *, email: str, role: str, language: str = "fr", also: Also | None = None
    ) -> str:
        """Make an account that waits for its owner; returns the link's token, told only now.

        Raises:
            Refused: as of `Accounts.add`.
        """
        token = secrets.token_urlsafe(32)
        self._accounts.add(
            email=email, role=role, language=language, also=also, **self._columns(token)
        )
        return token

    def renew(self, id: str, *, also: Also | None = None) -> str:
        """Give an account another link, which voids the one before; also for a lost password.

        Raises:
            NoAccount: there is none of this id.
        """
        token = secrets.token_urlsafe(32)
        self._accounts.change(id, also=also, **self._columns(token))
        return token

    def find(self, token: str) -> Account:
        """Whom a link invites.

        Raises:
            InvitationOver: nobody, or no longer.
        """
        with self._engine.connect() as connection:
            id = connection.scalar(select(accounts.c.id).where(*self._is_open(token)))
        if id is None:
            raise InvitationOver
        return self._accounts.get(id)

    def take(
        self, token: str, *, name: str, language: str, password_hash: str, also: Also | None = None
    ) -> Account:
        """Open the account: from now on it has a password, and the link is void.

        Raises:
            InvitationOver: somebody was first, or the link is too old.
            Refused: the name or the language cannot be kept.
        """
        columns = {"name": check_name(name), "language": check_language(language)}
        with writing(self._engine) as connection:
            id = connection.scalar(
                update(accounts)
                .where(*self._is_open(token))
                .values(**columns, password=password_hash, invitation=None, invited_until=None)
                .returning(accounts.c.id)
            )
            if id is None:
                raise InvitationOver
            if also:
                also(connection)
        return self._accounts.get(id)

    def _columns(self, token: str) -> dict[str, Any]:
        return {"invitation": _hash(token), "invited_until": self._now() + VALID_SECONDS}

    def _is_open(self, token: str) -> tuple[ColumnElement[bool], ...]:
        return (
            accounts.c.invitation == _hash(token),
            accounts.c.invited_until >= self._now(),
            accounts.c.is_active.is_(True),
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
