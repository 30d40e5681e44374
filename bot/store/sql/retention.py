"""How long the record keeps what, and what it drops when the time is up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, or_, select, union, update

from bot.store.sql.erasing import WITHOUT_WORDS, chunks, drop_views, take_out
from bot.store.sql.opinions import BURST
from bot.store.sql.tables import (
    alerts,
    consents,
    handovers,
    holds,
    labels,
    notes,
    notices,
    settled,
    staff_messages,
    turns,
    views,
    votes,
)

DAY = 86_400.0


@dataclass(frozen=True)
class Retention:
    """Days after which things go."""

    transcripts_days: int = 30
    """What was said in conversations, alerts, and what staff noted about them."""
    rejected_days: int = 30
    """The words of a rejected view, from the decision on."""
    holds_days: int = 90
    """Votes that are held back and that no moderator has released."""
    views_days: int = 730
    """Views and votes, from when they were given on; consents of who has been silent so long."""


def drop_old(connection: Connection, retention: Retention, now: float) -> int:
    """Drop all whose time is up; returns how many rows were deleted or emptied."""
    return (
        _drop_transcripts(connection, now - retention.transcripts_days * DAY)
        + _empty_rejected(connection, now - retention.rejected_days * DAY)
        + _drop_held(connection, now - retention.holds_days * DAY)
        + _drop_given(connection, now - retention.views_days * DAY)
        + _drop_silent(connection, now - retention.views_days * DAY)
    )


def _drop_transcripts(connection: Connection, before: float) -> int:
    return sum(
        connection.execute(delete(table).where(table.c.at < before)).rowcount
        for table in (turns, alerts, settled, handovers, staff_messages, labels, notes)
    )


def _empty_rejected(connection: Connection, before: float) -> int:
    has_words = or_(views.c.text_fr.is_not(None), views.c.text_en.is_not(None))
    return connection.execute(
        update(views)
        .where(views.c.status == "rejected", views.c.decided_at < before, has_words)
        .values(**WITHOUT_WORDS)
    ).rowcount


def _drop_held(connection: Connection, before: float) -> int:
    """Drop votes that do not count, as all of a held person's; who has voted since stays held."""
    is_held = and_(holds.c.released_at.is_(None), holds.c.reason != BURST)
    of_held = select(holds.c.conversation).where(is_held)
    dropped = connection.execute(
        delete(votes).where(votes.c.at < before, votes.c.conversation.in_(of_held))
    ).rowcount
    has_votes = select(votes).where(votes.c.conversation == holds.c.conversation).exists()
    connection.execute(delete(holds).where(is_held, holds.c.at < before, ~has_votes))
    return dropped


def _drop_given(connection: Connection, before: float) -> int:
    """Drop views and votes that are old, however active the person is: that was the promise."""
    old = connection.execute(delete(votes).where(votes.c.at < before)).rowcount
    return int(old) + drop_views(connection, views.c.at < before)


def _drop_silent(connection: Connection, before: float) -> int:
    tables = (views, votes, consents, notices, holds)
    known = union(*(select(table.c.conversation) for table in tables)).subquery()
    heard_of = union(
        *(
            select(table.c.conversation).where(table.c.at >= before)
            for table in (turns, alerts, views, votes, consents)
        )
    ).subquery()
    silent = connection.scalars(
        select(known.c.conversation).where(
            known.c.conversation.not_in(select(heard_of.c.conversation))
        )
    ).all()
    return sum(
        take_out(connection, lambda table, some=some: table.c.conversation.in_(some))  # type: ignore[misc]
        for some in chunks(silent)
    )
