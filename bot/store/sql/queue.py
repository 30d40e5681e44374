"""What of the record needs a person: who may be in danger, who asked for somebody, who is held."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, select

from bot.store.sql.erasing import chunks
from bot.store.sql.rows import Hold
from bot.store.sql.tables import alerts, decisions, handovers, holds, settled, views, votes
from bot.store.vault import Vault

CRISIS, PERSON = "crisis", "person"
ALERT, HOLD, QUESTION = "alert", "hold", "question"
"""Kinds of `settled`."""


@dataclass(frozen=True)
class Flag:
    """Somebody who needs a person, and all that nobody has looked at yet; without any words."""

    position: str
    """Of the latest alert; settling it settles the earlier ones of the same kind."""
    conversation: str
    platform: str
    at: float
    language: str | None
    answers: tuple[str, ...]
    """What the alerts are about, the latest first."""
    times: int
    """How many alerts wait."""
    taken_by: str | None
    """Who of staff has the conversation."""


@dataclass(frozen=True)
class Settled:
    """What somebody did about an item of the queue."""

    kind: str
    subject: str
    outcome: str
    by: str
    at: float
    answer: str | None
    """What an alert was about."""


def kind_of(answer: str) -> str:
    """Whether an alert is about distress, or somebody's wish for a person."""
    return CRISIS if answer.startswith("crisis_") else PERSON


class Queue:
    """Reads what waits, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def flags(self, kind: str) -> list[Flag]:
        """Conversations with alerts of a kind that nobody has settled, the latest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_open_alerts().order_by(alerts.c.at.desc())).all()
            taken = _taken(connection)
        of_conversation: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            if kind_of(row.answer) == kind:
                of_conversation.setdefault(row.conversation, []).append(place)
        found = []
        for conversation, places in of_conversation.items():
            latest = rows[places[0]]
            found.append(
                Flag(
                    position=latest.position,
                    conversation=conversation,
                    platform=latest.platform,
                    at=latest.at,
                    language=latest.language,
                    answers=tuple(dict.fromkeys(rows[place].answer for place in places)),
                    times=len(places),
                    taken_by=taken.get(conversation),
                )
            )
        return found

    def alerts_of(self, conversations: Sequence[str]) -> dict[str, int]:
        """How many alerts the record holds of each of these, settled or not."""
        counted: dict[str, int] = {}
        with self._engine.connect() as connection:
            for some in chunks(conversations):
                rows = connection.execute(
                    select(alerts.c.conversation, func.count())
                    .where(alerts.c.conversation.in_(some))
                    .group_by(alerts.c.conversation)
                )
                counted |= {row[0]: row[1] for row in rows}
        return counted

    def holds(self) -> list[Hold]:
        """Whose votes are held back and were not looked at since, longest first."""
        of_person = (
            select(func.count(votes.c.value)).where(votes.c.conversation == holds.c.conversation)
        ).scalar_subquery()
        wanted = (
            select(holds.c.conversation, holds.c.reason, holds.c.at, of_person.label("votes"))
            .where(holds.c.released_at.is_(None))
            .order_by(holds.c.at, holds.c.conversation)
        )
        with self._engine.connect() as connection:
            looked_at = _settled_at(connection, HOLD)
            rows = connection.execute(wanted).all()
        return [
            Hold(*row)
            for row in rows
            if row.at > looked_at.get(hold_subject(self._vault, row.conversation), -1.0)
        ]

    def settled_since(self, since: float, most: int = 50) -> list[Settled]:
        """What was settled lately, the latest first; alerts that were settled at once are one."""
        wanted = (
            select(settled, alerts.c.answer, alerts.c.conversation)
            .join(
                alerts,
                and_(settled.c.kind == ALERT, alerts.c.position == settled.c.subject),
                isouter=True,
            )
            .where(settled.c.at >= since)
            .order_by(settled.c.at.desc(), alerts.c.at.desc(), settled.c.subject)
        )
        found: dict[tuple[object, ...], Settled] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                about = row.conversation if row.kind == ALERT else None
                found.setdefault(
                    (row.kind, row.by, row.at, about),
                    Settled(row.kind, row.subject, row.outcome, row.by, row.at, row.answer),
                )
        return list(found.values())[:most]

    def fingerprint(self) -> str:
        """A value that changes when the queue does; cheap to ask for."""
        pending = (
            select(
                func.count(),
                func.max(views.c.at),
                func.count(views.c.translated_by),
                func.count(views.c.reviewed_by),
            )
            .select_from(views)
            .where(views.c.status == "pending")
        )
        parts = (
            select(func.count(), func.max(alerts.c.at)).select_from(alerts),
            select(func.count(), func.max(settled.c.at)).select_from(settled),
            pending,
            select(func.max(decisions.c.number)),
            select(func.count(), func.count(holds.c.released_at)).select_from(holds),
            select(func.max(handovers.c.number), func.count(handovers.c.ended_at)),
        )
        with self._engine.connect() as connection:
            return "/".join(str(tuple(connection.execute(part).one())) for part in parts)

    def count_pending(self) -> int:
        """How many views wait for a decision."""
        wanted = select(func.count()).select_from(views).where(views.c.status == "pending")
        with self._engine.connect() as connection:
            return int(connection.scalar(wanted) or 0)


def hold_subject(vault: Vault, conversation: str) -> str:
    """How a person whose votes are held stands in `settled`: nobody can tell from it who."""
    return vault.mark(f"hold {conversation}")


def _open_alerts() -> Select[Any]:
    is_settled = (
        select(settled)
        .where(settled.c.kind == ALERT, settled.c.subject == alerts.c.position)
        .exists()
    )
    return select(alerts).where(~is_settled)


def _taken(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        select(handovers.c.conversation, handovers.c.taken_by).where(handovers.c.ended_at.is_(None))
    )
    return {row.conversation: row.taken_by for row in rows}


def _settled_at(connection: Connection, kind: str) -> dict[str, float]:
    rows = connection.execute(select(settled.c.subject, settled.c.at).where(settled.c.kind == kind))
    return {row.subject: row.at for row in rows}
