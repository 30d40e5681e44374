"""Staff's accounts."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import accounts
from bot.store.sql.writing import writing
from bot.store.vault import Vault

ROLES = ("moderator", "editor", "analyst", "admin")
EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,180}\.[^@\s,;<>\"'.]{2,}")


@dataclass(frozen=True)
class Account:
    """Somebody of staff."""

    id: str
    email: str
    name: str
    role: str
    language: str
    has_password: bool
    has_totp: bool
    is_active: bool
    at: float


class Accounts:
    """All accounts, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def add(
        self,
        *,
        email: str,
        role: str,
        name: str = "",
        language: str = "fr",
        password_hash: str | None = None,
    ) -> Account:
        """Make an account.

        Raises:
            Refused: the address or the role is wrong, or there is an account of this address.
        """
        address = email.strip().lower()
        if not EMAIL.fullmatch(address):
            raise Refused(f"`{email}` is no e-mail address.")
        if role not in ROLES:
            raise Refused(f"`{role}` is no role; take one of: {', '.join(ROLES)}.")
        row: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "email": address,
            "name": check_name(name or address.split("@")[0]),
            "role": role,
            "language": language,
            "password": password_hash,
            "is_active": True,
            "at": self._now(),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(accounts).values(**row))
        except IntegrityError as error:
            raise Refused(f"There is an account of {address} already.") from error
        return self.get(row["id"])

    def all(self) -> list[Account]:
        """Every account, by e-mail."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.email)).mappings()
            return [_account(row) for row in rows]

    def get(self, id: str) -> Account:
        """One account.

        Raises:
            Refused: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.id == id)).mappings().first()
        if row is None:
            raise Refused("There is no such account.")
        return _account(row)

    def find(self, email: str) -> Account | None:
        """The account of an e-mail address, if there is one."""
        wanted = select(accounts).where(accounts.c.email == email.strip().lower())
        with self._engine.connect() as connection:
            row = connection.execute(wanted).mappings().first()
        return _account(row) if row else None

    def change(self, id: str, **columns: Any) -> None:
        """Write some columns of an account."""
        with writing(self._engine) as connection:
            connection.execute(update(accounts).where(accounts.c.id == id).values(**columns))


def _account(row: RowMapping) -> Account:
    return Account(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=row["role"],
        language=row["language"],
        has_password=row["password"] is not None,
        has_totp=row["totp"] is not None,
        is_active=row["is_active"],
        at=row["at"],
    )
