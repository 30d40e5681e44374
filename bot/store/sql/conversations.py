"""Conversations as staff look for them: the latest first, by what was said and came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from bot.store.sql.conversation_queries import latest_in, latest_of, sets_of
from bot.store.sql.conversation_rows import Choices, Filters, Listed, Place
from bot.store.sql.tables import alerts, handovers, labels, turns, views


class Conversations:
    """All conversations of which anything is kept, over an open record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, filters: Filters, *, before: Place | None = None, most: int = 50
    ) -> list[Listed]:
        """Conversations that something happened in, the latest first.

        Args:
            filters: Which.
            before: The place of the last one of the page before.
            most: How many.
        """
        with self._engine.connect() as connection:
            if (sets := sets_of(filters)) or filters.among is not None:
                wanted = [latest_of(sets, filters, before, most)]
            else:
                wanted = [latest_in(table, filters, before, most) for table in (turns, alerts)]
            latest = [
                Place(row.at, row.conversation)
                for query in wanted
                for row in connection.execute(query)
            ]
            places = sorted(latest, key=lambda place: (-place.at, place.conversation))[:most]
            about = _about(connection, [place.conversation for place in places])
        return [  # what was erased between the two looks is not there any more
            replace(about[place.conversation], at=place.at)
            for place in places
            if place.conversation in about
        ]

    def get(self, conversation: str) -> Listed | None:
        """One conversation; None where nothing is kept of it, or not any more."""
        with self._engine.connect() as connection:
            return _about(connection, [conversation]).get(conversation)

    def choices(self) -> Choices:
        """What occurs, to choose filters from."""
        with self._engine.connect() as connection:

            def every(column: Any) -> tuple[str, ...]:
                found = connection.scalars(select(column).where(column.is_not(None)).distinct())
                return tuple(sorted(found))

            return Choices(
                intents=every(turns.c.intent),
                campaigns=every(turns.c.campaign),
                alerts=every(alerts.c.answer),
                labels=every(labels.c.label),
            )


def exists(connection: Connection, conversation: str) -> bool:
    """Whether anything of a conversation is kept."""
    found = (
        select(table.c.conversation).where(table.c.conversation == conversation).limit(1)
        for table in (turns, alerts)
    )
    return any(connection.scalar(wanted) is not None for wanted in found)


def _about(connection: Connection, conversations: Sequence[str]) -> dict[str, Listed]:
    """Everything but the words, by conversation."""
    found: dict[str, Listed] = {}

    def rows(table: Table, *columns: Any) -> Any:
        is_wanted = table.c.conversation.in_(conversations)
        return connection.execute(
            select(table.c.conversation, *columns).where(is_wanted).order_by(table.c.at)
        )

    for table in (alerts, turns):
        spoken = (table.c.conversation, table.c.platform, table.c.language)
        last = func.max(table.c.at).label("last")
        wanted = (
            select(*spoken, func.count().label("rows"), last)
            .where(table.c.conversation.in_(conversations))
            .group_by(*spoken)
            .order_by(last)
        )
        for row in connection.execute(wanted):
            known = found.get(row.conversation) or Listed(row.conversation, row.platform)
            found[row.conversation] = replace(
                known,
                platform=row.platform,
                language=row.language or known.language,
                at=max(row.last, known.at),
                turns=known.turns + (row.rows if table is turns else 0),
            )
    for row in rows(alerts, alerts.c.answer):
        if (alarmed := found.get(row.conversation)) is not None:
            found[row.conversation] = replace(alarmed, alerts=(*alarmed.alerts, row.answer))
    for row in rows(labels, labels.c.label):
        if (listed := found.get(row.conversation)) is not None:
            found[row.conversation] = replace(listed, labels=(*listed.labels, row.label))
    for row in rows(handovers, handovers.c.taken_by, handovers.c.ended_at):
        if (listed := found.get(row.conversation)) is not None:
            holder = row.taken_by if row.ended_at is None else listed.taken_by
            found[row.conversation] = replace(listed, was_handed=True, taken_by=holder)
    shared = select(views.c.conversation, func.count().label("shared")).where(
        views.c.conversation.in_(conversations), views.c.status != "withdrawn"
    )
    for row in connection.execute(shared.group_by(views.c.conversation)):
        if (listed := found.get(row.conversation)) is not None:
            found[row.conversation] = replace(listed, views=row.shared)
    return found
