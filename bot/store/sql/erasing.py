"""Takes people, and what hangs on their views, out of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

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
    outcomes,
    staff_messages,
    turns,
    views,
    votes,
)
from bot.store.sql.writing import insert_into

OF_PEOPLE = (
    turns,
    alerts,
    views,
    votes,
    consents,
    notices,
    holds,
    handovers,
    staff_messages,
    labels,
    notes,
)
"""Every table that says whose a row is, in `conversation`, and from when, in `at`."""
WITHOUT_WORDS = {
    "text_fr": None,
    "text_en": None,
    "scores": None,
    "band": None,
    "region": None,
    "return_address": None,
}
"""What is left of a view whose words go."""
CHUNK = 500
"""Items of one `IN (...)`; databases have a limit."""

IsGone = Callable[[Table], ColumnElement[bool]]
Item = TypeVar("Item")


def erase(connection: Connection, conversation: str, at: float) -> int:
    """Take out what somebody left up to a time, and remember that; returns how many rows."""
    row = insert_into(connection, erasures).values(conversation=conversation, at=at)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["conversation"], set_={"at": at}, where=erasures.c.at < at
        )
    )
    return take_out(
        connection, lambda table: (table.c.conversation == conversation) & (table.c.at <= at)
    )


def erase_again(connection: Connection) -> int:
    """Take out what a restored backup brought back; returns how many rows."""
    return take_out(
        connection,
        lambda table: (
            select(erasures)
            .where(erasures.c.conversation == table.c.conversation, erasures.c.at >= table.c.at)
            .exists()
        ),
    )


def erased_at(connection: Connection, conversations: Sequence[str]) -> dict[str, float]:
    """Up to when each of these was erased; the others are left out."""
    return {
        row.conversation: row.at
        for some in chunks(conversations)
        for row in connection.execute(select(erasures).where(erasures.c.conversation.in_(some)))
    }


def take_out(connection: Connection, is_gone: IsGone) -> int:
    """Delete people's rows by a condition, and what hangs on their views; returns how many rows."""
    return drop_views(connection, is_gone(views)) + sum(
        connection.execute(delete(table).where(is_gone(table))).rowcount
        for table in OF_PEOPLE
        if table is not views
    )


def drop_views(connection: Connection, where: ColumnElement[bool]) -> int:
    """Delete views and all that hangs on them; returns how many rows."""
    gone = connection.scalars(delete(views).where(where).returning(views.c.id)).all()
    # From here on nobody can decide about these views: what was decided just before is seen below.
    count = len(gone)
    for some in chunks(gone):
        for table in (votes, decisions):
            count += connection.execute(delete(table).where(table.c.view.in_(some))).rowcount
        connection.execute(update(outcomes).where(outcomes.c.view.in_(some)).values(view=None))
    return count


def withdraw(connection: Connection, *where: ColumnElement[bool]) -> int:
    """Leave of these views that there were some, and nothing of what they said; returns how many.

    The row stays: a view that is reported again must not come back.
    """
    withdrawn = connection.scalars(
        update(views)
        .where(views.c.status != "withdrawn", *where)
        .values(status="withdrawn", **WITHOUT_WORDS)
        .returning(views.c.id)
    ).all()
    for some in chunks(withdrawn):
        connection.execute(delete(votes).where(votes.c.view.in_(some)))
    return len(withdrawn)


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The same items, not too many at a time."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
