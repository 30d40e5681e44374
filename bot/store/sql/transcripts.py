"""What was said in a conversation, a stretch at a time; and single texts, for the search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, RowMapping, Select, and_, func, or_, select

from bot.store.sql.conversation_rows import Alert, Stretch, TurnSaid
from bot.store.sql.erasing import chunks
from bot.store.sql.tables import alerts, turns
from bot.store.vault import Vault

MOST_ALERTS = 300
"""Of a stretch; the latest."""


@dataclass(frozen=True)
class Text:
    """What somebody wrote in a turn; None after a button."""

    position: str
    conversation: str
    at: float
    text: str | None


class Transcripts:
    """What people wrote, over an open record."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def stretch(self, conversation: str, *, before: str = "", most: int = 100) -> Stretch:
        """The last turns of a conversation, and the alerts that came with them.

        Args:
            conversation: Whose.
            before: Only what came before the turn at this position; one that is not there is none.
            most: How many turns.
        """
        wanted = select(turns).where(turns.c.conversation == conversation)
        until = math.inf
        with self._engine.connect() as connection:
            if before:
                is_it = and_(turns.c.position == before, turns.c.conversation == conversation)
                at = connection.scalar(select(turns.c.at).where(is_it))
                if at is not None:
                    until = float(at)
                    earlier = or_(turns.c.at < until, turns.c.position < before)
                    wanted = wanted.where(turns.c.at <= until, earlier)
            newest_first = wanted.order_by(turns.c.at.desc(), turns.c.position.desc())
            rows = connection.execute(newest_first.limit(most + 1)).mappings().all()
            has_earlier = len(rows) > most
            said = [self._turn(row) for row in rows[:most]][::-1]
            since = said[0].at if has_earlier else -math.inf
            marks = select(alerts).where(alerts.c.conversation == conversation)
            if has_earlier:
                marks = marks.where(alerts.c.at >= since)
            if until < math.inf:
                marks = marks.where(alerts.c.at < until)
            latest = marks.order_by(alerts.c.at.desc(), alerts.c.position.desc()).limit(MOST_ALERTS)
            found = connection.execute(latest).mappings().all()[::-1]
        about = tuple(
            Alert(row["position"], row["at"], row["language"], row["answer"]) for row in found
        )
        return Stretch(tuple(said), about, since, until, has_earlier)

    def turns(self, conversation: str, positions: Sequence[str]) -> list[TurnSaid]:
        """Some turns of a conversation, oldest first; those that are gone are left out."""
        wanted = (
            select(turns)
            .where(turns.c.conversation == conversation, turns.c.position.in_(positions))
            .order_by(turns.c.at, turns.c.position)
        )
        with self._engine.connect() as connection:
            return [self._turn(row) for row in connection.execute(wanted).mappings()]

    def count(self) -> int:
        """How many turns are kept."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(turns)) or 0)

    def newest(self) -> float:
        """When the latest turn was; 0 where there is none."""
        with self._engine.connect() as connection:
            return float(connection.scalar(select(func.max(turns.c.at))) or 0)

    def texts(self, *, after: Text | None = None, most: int) -> list[Text]:
        """What was written, the newest first; `after` is the last of the texts before."""
        wanted = select(turns.c.position, turns.c.conversation, turns.c.at, turns.c.text)
        if after is not None:
            is_older = or_(turns.c.at < after.at, turns.c.position < after.position)
            wanted = wanted.where(turns.c.at <= after.at, is_older)
        return self._texts(wanted.order_by(turns.c.at.desc(), turns.c.position.desc()).limit(most))

    def positions(self, *, since: float | None = None, most: int) -> list[str]:
        """Where turns stand in the journal, the newest first."""
        wanted = select(turns.c.position).order_by(turns.c.at.desc()).limit(most)
        if since is not None:
            wanted = wanted.where(turns.c.at >= since)
        with self._engine.connect() as connection:
            return list(connection.scalars(wanted))

    def read(self, positions: Sequence[str]) -> list[Text]:
        """What was written at these positions; those that are gone are left out."""
        columns = (turns.c.position, turns.c.conversation, turns.c.at, turns.c.text)
        return [
            text
            for some in chunks(positions)
            for text in self._texts(select(*columns).where(turns.c.position.in_(some)))
        ]

    def _texts(self, wanted: Select[tuple[str, str, float, bytes]]) -> list[Text]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            Text(row.position, row.conversation, row.at, self._readable(row.text)) for row in rows
        ]

    def _turn(self, row: RowMapping) -> TurnSaid:
        same = ("position", "at", "language", "button", "campaign", "intent", "confidence")
        return TurnSaid(
            **{name: row[name] for name in same},
            text=self._readable(row["text"]),
            answers=tuple(row["answers"].split()),
        )

    def _readable(self, locked: bytes | None) -> str | None:
        return self._vault.unlock(locked) if locked else None
