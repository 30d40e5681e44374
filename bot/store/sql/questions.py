"""What people asked in vain: the messages that got a fallback, and which of them wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, or_, select

from bot.content.plain_words import plain_words
from bot.store.sql.erasing import chunks
from bot.store.sql.tables import settled, turns
from bot.store.vault import Vault

MISSED = ("fallback_nearest", "fallback_unclear", "off_topic")
"""Answers that answer nothing; the first of a turn counts."""
HANDLED, DISMISSED = "handled", "dismissed"


@dataclass(frozen=True)
class Wording:
    """The same words, asked once or more; nothing of it can be read."""

    mark: str
    """A keyed hash of language and words."""
    language: str
    at: float
    """When they were asked last."""
    times: int
    position: str
    """The latest turn that has them."""


class Questions:
    """Reads what was asked in vain, over an open record."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def fingerprint(self, since: float) -> tuple[int, float]:
        """A value that changes when what was asked in vain does."""
        wanted = select(func.count(), func.max(turns.c.at)).where(*_missed(since))
        with self._engine.connect() as connection:
            count, latest = connection.execute(wanted).one()
        return int(count), float(latest or 0.0)

    def newest(self, since: float, most: int) -> dict[Wording, str]:
        """What was asked since then, the newest turns only; each wording with its plain words."""
        wanted = (
            select(turns.c.position, turns.c.language, turns.c.text, turns.c.at)
            .where(*_missed(since))
            .order_by(turns.c.at.desc(), turns.c.position)
            .limit(most)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        alike: dict[tuple[str, str], tuple[int, str, float]] = {}
        for row in rows:  # the newest first, which stands for the others
            key = (row.language or "", plain_words(str(self._vault.unlock(row.text))))
            times, position, at = alike.get(key, (0, row.position, row.at))
            alike[key] = (times + 1, position, at)
        return {
            Wording(self._mark(language, words), language, at, times, position): words
            for (language, words), (times, position, at) in alike.items()
            if words
        }

    def texts(self, positions: Sequence[str]) -> dict[str, str]:
        """What stands in these turns; those that were erased since are left out."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for some in chunks(positions):
                rows = connection.execute(
                    select(turns.c.position, turns.c.text).where(
                        turns.c.position.in_(some), turns.c.text.is_not(None)
                    )
                )
                found |= {row.position: str(self._vault.unlock(row.text)) for row in rows}
        return found

    def still_open(self, wordings: Iterable[Wording]) -> frozenset[str]:
        """The marks of those that nobody has settled since they were asked last."""
        marked = {wording.mark: wording for wording in wordings}
        with self._engine.connect() as connection:
            rows = connection.execute(select(settled).where(settled.c.kind == "question")).all()
        done = {
            row.subject
            for row in rows
            if row.subject in marked
            and (row.outcome == DISMISSED or row.at >= marked[row.subject].at)
        }
        return frozenset(marked.keys() - done)

    def _mark(self, language: str, words: str) -> str:
        return self._vault.mark(f"question {language} {words}")


def _missed(since: float) -> tuple[ColumnElement[bool], ...]:
    is_missed = (
        or_(turns.c.answers == answer, turns.c.answers.startswith(f"{answer} ", autoescape=True))
        for answer in MISSED
    )
    return turns.c.at >= since, turns.c.text.is_not(None), or_(*is_missed)
