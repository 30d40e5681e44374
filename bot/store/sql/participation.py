"""Writes what people give: views, votes and consents, each journal entry once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select, update

from bot.conversation.ports import JournalEntry
from bot.store.sql.erasing import withdraw
from bot.store.sql.fitting import fitting
from bot.store.sql.tables import consents, views, votes
from bot.store.sql.writing import insert_into
from bot.store.vault import Vault

Score = Callable[[str, str], Mapping[str, float]]
"""By kind of trouble, from 0 to 1, how likely a text has it; asked with the text's language."""
ABOUT = ("band", "region")
OPEN_TO_VOTES = ("pending", "approved")


logger = logging.getLogger(__name__)


class Participation:
    """Its methods take journal entries as often as they come."""

    def __init__(self, vault: Vault, score: Score | None) -> None:
        self._vault = vault
        self._score = score

    def write_view(self, connection: Connection, entry: JournalEntry) -> None:
        """Keep a view, unless it is there: it may have been decided on, or withdrawn, since."""
        event = entry.event
        text, language = event["text"], event["language"]
        row = {
            "id": event["id"],
            "receipt": event["receipt"],
            "conversation": event["conversation"],
            "platform": event["platform"],
            "at": event["at"],
            "language": language,
            "theme": event["theme"],
            f"text_{language}": self._vault.lock(text),
            "status": "pending",
            "scores": self._scores(text, language),
            "campaign": fitting(event["campaign"], views.c.campaign),
            "return_address": self._vault.lock(event["return_address"]),
        }
        connection.execute(insert_into(connection, views).values(**row).on_conflict_do_nothing())

    def _scores(self, text: str, language: str) -> str | None:
        if self._score is None:
            return None
        try:
            scores = self._score(text, language)
        except Exception as error:  # an unsorted queue is better than a record that stands still
            logger.error("A view could not be scored: %s", type(error).__name__)
            return None
        return json.dumps({kind: float(high) for kind, high in scores.items()})

    def write_about(self, connection: Connection, entry: JournalEntry) -> None:
        """Keep what the author says of themselves; what is None was not asked or not said."""
        event = entry.event
        said = {name: event[name] for name in ABOUT if event.get(name) is not None}
        connection.execute(
            update(views)
            .where(
                views.c.id == event["id"],
                views.c.conversation == event["conversation"],
                views.c.status != "withdrawn",
                func.coalesce(views.c.about_at, event["at"]) <= event["at"],
            )
            .values(about_at=event["at"], **said)
        )

    def write_vote(self, connection: Connection, entry: JournalEntry) -> None:
        """Keep somebody's latest vote on a view that is there and not their own."""
        event = entry.event
        view = connection.execute(
            select(views.c.conversation, views.c.status).where(views.c.id == event["view"])
        ).one_or_none()
        if view is None or view.status not in OPEN_TO_VOTES:
            return
        if view.conversation != event["conversation"]:
            _write_latest(connection, votes, event)

    def write_consent(self, connection: Connection, entry: JournalEntry) -> None:
        """Keep what somebody agreed to, or no longer agrees to."""
        _write_latest(connection, consents, entry.event)

    def write_withdrawal(self, connection: Connection, entry: JournalEntry) -> None:
        """Forget what somebody's own view said."""
        withdraw(
            connection,
            views.c.id == entry.event["view"],
            views.c.conversation == entry.event["conversation"],
        )


def _write_latest(connection: Connection, table: Table, event: Mapping[str, Any]) -> None:
    """Insert an event as a row; one that is there gives way unless it is newer."""
    row = {column.name: event[column.name] for column in table.c}
    keys = [column.name for column in table.primary_key]
    connection.execute(
        insert_into(connection, table)
        .values(**row)
        .on_conflict_do_update(
            index_elements=keys,
            set_={name: value for name, value in row.items() if name not in keys},
            where=table.c.at <= row["at"],
        )
    )
