"""How often somebody failed to sign in, and how long they have to wait before the next try.

An attempt counts before it is judged, so that many at once are not many for one; one that was
right is taken back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, select, update

from bot.store.sql.tables import attempts
from bot.store.sql.writing import insert_into, writing
from bot.store.vault import Vault

MOST_OF_EMAIL = 5
"""Failures on one account from which on the next try has to wait."""
MOST_OF_ADDRESS = 20
"""The same from one address of the network, which a whole office may share."""
FIRST_WAIT = 30.0
LONGEST_WAIT = 3600.0
REMEMBERED_SECONDS = 86_400.0
"""After so long without a failure, all is as if there had been none."""


class Attempts:
    """Counts attempts, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def begin(self, email: str, address: str) -> float:
        """Count an attempt that is about to be judged.

        Args:
            email: Whose account.
            address: Where on the network it comes from.

        Returns:
            0 if it may be judged; else the seconds to wait, and nothing was counted.
        """
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(delete(attempts).where(attempts.c.at < now - REMEMBERED_SECONDS))
            rows = self._rows(email, address)
            # Both rows are made and locked first, always in the same order.
            counts = {whose: self._locked(connection, whose) for whose in sorted(rows)}
            wait = max(until - now for _, until in counts.values())
            if wait > 0:
                return wait
            for whose, most in rows.items():
                failed = counts[whose][0] + 1
                self._write(connection, whose, failed, now + wait_after(failed, most))
        return 0.0

    def wait(self, email: str, address: str) -> float:
        """Seconds until the next attempt may be made; 0 if it may be made now."""
        wanted = select(attempts.c.locked_until).where(
            attempts.c.whose.in_(self._rows(email, address))
        )
        with self._engine.connect() as connection:
            until = max(connection.scalars(wanted), default=0.0)
        return max(0.0, until - self._now())

    def failed(self, email: str) -> int:
        """How many attempts on an account have failed."""
        wanted = select(attempts.c.failed).where(attempts.c.whose == self._of_email(email))
        with self._engine.connect() as connection:
            return int(connection.scalar(wanted) or 0)

    def take_back(self, email: str, address: str) -> None:
        """An attempt was right, though the person is not signed in yet: it does not count."""
        with writing(self._engine) as connection:
            for whose in sorted(self._rows(email, address)):
                self._take_one_back(connection, whose)

    def succeed(self, email: str, address: str) -> None:
        """Somebody is signed in: the account's failures are forgotten, the address's are not."""
        with writing(self._engine) as connection:
            connection.execute(delete(attempts).where(attempts.c.whose == self._of_email(email)))
            self._take_one_back(connection, self._of_address(address))

    def forget(self, email: str) -> None:
        """Let an account be tried again at once."""
        with writing(self._engine) as connection:
            connection.execute(delete(attempts).where(attempts.c.whose == self._of_email(email)))

    def _rows(self, email: str, address: str) -> dict[str, int]:
        return {
            self._of_email(email): MOST_OF_EMAIL,
            self._of_address(address): MOST_OF_ADDRESS,
        }

    def _of_email(self, email: str) -> str:
        return self._vault.mark(f"attempts of {email.strip().lower()}")

    def _of_address(self, address: str) -> str:
        return self._vault.mark(f"attempts from {address}")

    def _locked(self, connection: Connection, whose: str) -> tuple[int, float]:
        """A row's failures and its lock; nobody else counts on it until the transaction ends."""
        row = insert_into(connection, attempts).values(
            whose=whose, failed=0, at=self._now(), locked_until=0.0
        )
        connection.execute(row.on_conflict_do_nothing())
        found = connection.execute(
            select(attempts.c.failed, attempts.c.locked_until)
            .where(attempts.c.whose == whose)
            .with_for_update()
        ).one()
        return found.failed, found.locked_until

    def _write(self, connection: Connection, whose: str, failed: int, until: float) -> None:
        connection.execute(
            update(attempts)
            .where(attempts.c.whose == whose)
            .values(failed=failed, at=self._now(), locked_until=until)
        )

    def _take_one_back(self, connection: Connection, whose: str) -> None:
        # The lock was this attempt's: while there is one, no other is judged.
        connection.execute(
            update(attempts)
            .where(attempts.c.whose == whose, attempts.c.failed > 0)
            .values(failed=attempts.c.failed - 1, locked_until=0.0)
        )


def wait_after(failed: int, most: int) -> float:
    """Seconds to wait after so many failures, of which `most` is the first that has to."""
    if failed < most:
        return 0.0
    return float(min(FIRST_WAIT * 2 ** min(failed - most, 20), LONGEST_WAIT))
