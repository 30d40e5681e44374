"""Notes in the audit that are one with the deed they tell of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.console.asked import Asked
from bot.store.sql.accounts import Also


def noting(asked: Asked, action: str, subject: str, **details: Any) -> Also:
    """What adds a note by whoever asks, in the transaction of the deed."""
    account = asked.account

    def note(connection: Connection) -> None:
        asked.parts.audit.note_within(
            connection,
            by=account.email,
            role=account.role,
            action=action,
            subject=subject,
            **details,
        )

    return note
