"""One door to what people shared and what became of it: for the recorder, staff and the person."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.store.sql.opinions import Opinions
from bot.store.sql.tables import (
    alerts,
    consents,
    decisions,
    erasures,
    handovers,
    holds,
    labels,
    notes,
    notices,
    staff_messages,
    turns,
    views,
    votes,
)
from bot.store.sql.telling import Telling
from bot.store.sql.translating import Translating
from bot.store.sql.view_reading import ViewReading

ENCRYPTED = ("text", "text_fr", "text_en", "return_address")
INSIDE = ("conversation", "position", "about_at")
"""Columns that say nothing more about a person, or the same in each row."""
OF_STAFF = ("by", "taken_by", "released_by", "translated_by", "reviewed_by", "seen_at", "told")
"""Columns that say who of staff did something, or how far the recorder is."""
TIMES = ("at", "decided_at", "released_at", "ended_at")
OF_ONE_PERSON = (
    turns,
    alerts,
    consents,
    views,
    votes,
    notices,
    holds,
    handovers,
    staff_messages,
    labels,
    notes,
)
"""Tables whose rows are somebody's, by `conversation`."""


class Views(ViewReading, Translating, Opinions, Telling):
    """What people shared, over an open record. `Record` writes what comes from the journal."""

    def person(self, conversation: str) -> dict[str, Any]:
        """All that is held about one person, as JSON that they can read."""
        with self._engine.connect() as connection:
            held = {
                table.name: self._rows(connection, table, conversation) for table in OF_ONE_PERSON
            }
            held["decisions"] = [
                {"view": row.view, "status": row.status, "reason": row.reason, "at": _time(row.at)}
                for row in connection.execute(
                    select(decisions)
                    .join(views, views.c.id == decisions.c.view)
                    .where(views.c.conversation == conversation)
                    .order_by(decisions.c.number)
                )
            ]
            held["erasures"] = self._rows(connection, erasures, conversation)
        return {"conversation": conversation, **held}

    def _rows(
        self, connection: Connection, table: Table, conversation: str
    ) -> list[dict[str, Any]]:
        found = connection.execute(
            select(table)
            .where(table.c.conversation == conversation)
            .order_by(table.c.at, *table.primary_key)
        )
        return [
            {
                name: self._readable(name, value)
                for name, value in row.items()
                if name not in INSIDE and name not in OF_STAFF
            }
            for row in found.mappings()
        ]

    def _readable(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in ENCRYPTED:
            return self._vault.unlock(value)
        if name == "scores":
            return json.loads(value)
        return _time(value) if name in TIMES else value


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="seconds")
