"""Staff's accounts."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import NAME, accounts
from bot.store.sql.writing import writing
from bot.store.vault import Vault

ROLES = ("moderator", "editor", "analyst", "admin")
LANGUAGES = ("fr", "en")
LONGEST_EMAIL = NAME
"""It stands as a name beside all that somebody decides."""
EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,180}\.[^@\s,;<>\"'.]{2,}")

Also = Callable[[Connection], object]
"""What is written in the same transaction, such as a note in the audit."""


class EmailInvalid(Refused):
    """It is no e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"`{email}` is no e-mail address.")


class EmailTaken(Refused):
    """There is an account of this address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is an account of {email} already.")


class LastAdmin(Refused):
    """Nobody would be left who may make accounts."""

    def __init__(self) -> None:
        super().__init__("This is the last admin who can sign in; make another one first.")


class NoAccount(Refused):
    """There is none of this id or address."""

    def __init__(self) -> None:
        super().__init__("There is no such account.")


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
    has_openid: bool = False
    invited_until: float | None = None
    """Until when the link of an invitation opens; None without one."""


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
        also: Also | None = None,
        **columns: Any,
    ) -> Account:
        """Make an account.

        Args:
            email: Its address; kept in small letters.
            role: One of `ROLES`.
            name: What colleagues see; without one, the address up to its `@`.
            language: Of the console's pages, until somebody chooses another.
            password_hash: What `Passwords.hash` gave; none before an invitation is taken.
            also: What is written along.
            columns: More of the row, such as an invitation.

        Raises:
            EmailInvalid, EmailTaken: the address cannot be taken.
            Refused: the role, the language or the name is wrong.
        """
        row: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "email": check_email(email),
            "role": check_role(role),
            "name": check_name(name or email.strip().split("@")[0]),
            "language": check_language(language),
            "password": password_hash,
            "is_active": True,
            "at": self._now(),
            **columns,
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(accounts).values(**row))
                if also:
                    also(connection)
        except IntegrityError as error:
            raise EmailTaken(row["email"]) from error
        return self.get(row["id"])

    def all(self) -> list[Account]:
        """Every account, by e-mail."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.email)).mappings()
            return [_account(row) for row in rows]

    def is_any(self) -> bool:
        """Whether there is an account at all."""
        with self._engine.connect() as connection:
            return connection.execute(select(accounts.c.id).limit(1)).first() is not None

    def get(self, id: str) -> Account:
        """One account.

        Raises:
            NoAccount: there is none.
        """
        found = self._find(accounts.c.id == id)
        if found is None:
            raise NoAccount
        return found

    def find(self, email: str) -> Account | None:
        """The account of an e-mail address, if there is one."""
        return self._find(accounts.c.email == email.strip().lower())

    def is_name_of_other(self, name: str, id: str) -> bool:
        """Whether a colleague of this account is called so: decisions are signed with a name."""
        return any(
            each.name.casefold() == name.casefold() and each.id != id and each.is_active
            for each in self.all()
        )

    def password_hash(self, id: str) -> str | None:
        """What the account's password is checked against; None without one."""
        password: str | None = self._value(id, accounts.c.password)
        return password

    def secret(self, id: str) -> str | None:
        """The secret of the account's second factor; None without one."""
        locked = self._value(id, accounts.c.totp)
        return str(self._vault.unlock(locked)) if locked is not None else None

    def use_step(self, id: str, step: int) -> bool:
        """Whether the code of a time step, or of a later one, was not used before; now it is."""
        unused = or_(accounts.c.totp_used.is_(None), accounts.c.totp_used < step)
        with writing(self._engine) as connection:
            used = connection.execute(
                update(accounts).where(accounts.c.id == id, unused).values(totp_used=step)
            )
        return used.rowcount == 1

    def find_by_openid(self, issuer: str, subject: str) -> Account | None:
        """The account that somebody signed in to by OpenID Connect before."""
        return self._find(accounts.c.openid == self._openid(issuer, subject))

    def tie_openid(self, id: str, issuer: str, subject: str) -> bool:
        """Let this account be found by what the issuer calls it; False if it is another's there."""
        with writing(self._engine) as connection:
            tied = connection.execute(
                update(accounts)
                .where(accounts.c.id == id, accounts.c.openid.is_(None))
                .values(openid=self._openid(issuer, subject))
            )
        return tied.rowcount == 1

    def set_secret(self, id: str, secret: str | None, *, also: Also | None = None) -> None:
        """Turn the second factor on, or off with None."""
        locked = self._vault.lock(secret) if secret is not None else None
        self.change(id, also=also, totp=locked, totp_used=None)

    def set_role(self, id: str, role: str, *, also: Also | None = None) -> None:
        """Give an account another role.

        Raises:
            Refused: there is no such role.
            LastAdmin: it is the last admin.
        """
        with writing(self._engine) as connection:
            if check_role(role) != "admin":
                _keep_an_admin(connection, id)
            _change(connection, id, {"role": role}, also)

    def close(self, id: str, *, also: Also | None = None) -> None:
        """Let nobody use an account; its invitation is void, what it did stays.

        Raises:
            LastAdmin: it is the last admin.
        """
        with writing(self._engine) as connection:
            _keep_an_admin(connection, id)
            _change(
                connection,
                id,
                {"is_active": False, "invitation": None, "invited_until": None},
                also,
            )

    def change(self, id: str, *, also: Also | None = None, **columns: Any) -> None:
        """Write some columns of an account.

        Raises:
            NoAccount: there is none of this id.
        """
        with writing(self._engine) as connection:
            _change(connection, id, columns, also)

    def _find(self, where: Any) -> Account | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(accounts).where(where)).mappings().first()
        return _account(row) if row else None

    def _value(self, id: str, column: Any) -> Any:
        with self._engine.connect() as connection:
            return connection.scalar(select(column).where(accounts.c.id == id))

    def _openid(self, issuer: str, subject: str) -> str:
        return self._vault.mark(f"openid {issuer} {subject}")


def check_email(email: str) -> str:
    """An address as it is kept.

    Raises:
        EmailInvalid: it is none.
    """
    address = email.strip().lower()
    if not EMAIL.fullmatch(address) or len(address) > LONGEST_EMAIL:
        raise EmailInvalid(email[:LONGEST_EMAIL])
    return address


def check_role(role: str) -> str:
    """The same role.

    Raises:
        Refused: there is none of this name.
    """
    if role not in ROLES:
        raise Refused(f"`{role}` is no role; take one of: {', '.join(ROLES)}.")
    return role


def check_language(language: str) -> str:
    """The same language.

    Raises:
        Refused: the console does not speak it.
    """
    if language not in LANGUAGES:
        raise Refused(f"`{language}` is no language; take one of: {', '.join(LANGUAGES)}.")
    return language


def _change(connection: Connection, id: str, columns: dict[str, Any], also: Also | None) -> None:
    changed = connection.execute(update(accounts).where(accounts.c.id == id).values(**columns))
    if changed.rowcount != 1:
        raise NoAccount
    if also:
        also(connection)


def _keep_an_admin(connection: Connection, id: str) -> None:
    """Refuse to go on if this is the last admin who can sign in."""
    can_sign_in = or_(accounts.c.password.is_not(None), accounts.c.openid.is_not(None))
    admins = connection.scalars(
        select(accounts.c.id)
        .where(accounts.c.role == "admin", accounts.c.is_active, can_sign_in)
        .order_by(accounts.c.id)
        .with_for_update()  # two who close each other's at once: one waits, and is refused
    ).all()
    if list(admins) == [id]:
        raise LastAdmin


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
        has_openid=row["openid"] is not None,
        invited_until=row["invited_until"] if row["invitation"] is not None else None,
    )
