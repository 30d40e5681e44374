"""Views as lists: those that wait, those that somebody looks for, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.content.plain_words import plain_words
from bot.opinions.release import LEAST_PEOPLE
from bot.store.sql.erasing import chunks
from bot.store.sql.moderation import Moderation
from bot.store.sql.rows import Outcome, SharedView
from bot.store.sql.tables import holds, outcomes, views, votes

MOST_SEARCHED = 5_000
"""Views whose words are looked through, the newest."""


@dataclass(frozen=True)
class Wanted:
    """Which views somebody looks for; empty fields do not matter."""

    status: str = ""
    theme: str = ""
    language: str = ""
    words: str = ""
    """All of them, in either language's text, whatever their accents and capitals."""


@dataclass(frozen=True)
class Reactions:
    """How people reacted to a view."""

    agree: int
    disagree: int
    passed: int

    @property
    def people(self) -> int:
        """How many they are."""
        return self.agree + self.disagree + self.passed


class ViewReading(Moderation):
    """What pages show of views; only what is shown is decrypted."""

    def waiting(self) -> list[str]:
        """Ids of pending views in the order of `queue`, without reading their words."""
        wanted = (
            select(views.c.id, views.c.scores)
            .where(views.c.status == "pending")
            .order_by(views.c.at, views.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [row.id for row in sorted(rows, key=lambda row: -_highest(row.scores))]

    def some(self, ids: Sequence[str]) -> list[SharedView]:
        """These views, in this order; those that are gone are left out."""
        found: dict[str, SharedView] = {}
        with self._engine.connect() as connection:
            for part in chunks(ids):
                rows = connection.execute(select(views).where(views.c.id.in_(part)))
                found |= {row["id"]: self._view(row) for row in rows.mappings()}
        return [found[id] for id in ids if id in found]

    def find(self, wanted: Wanted, *, first: int, most: int) -> tuple[list[SharedView], int]:
        """Some of the views that somebody looks for, the newest first, and how many there are.

        Args:
            wanted: What they are like; withdrawn ones have no words left to find.
            first: How many to leave out.
            most: How many to give.
        """
        if wanted.words.strip():
            ids = self._with_words(wanted)
            return self.some(ids[first : first + most]), len(ids)
        where = _where(wanted)
        newest = select(views.c.id).where(where).order_by(views.c.at.desc(), views.c.id)
        with self._engine.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(views).where(where))
            ids = list(connection.scalars(newest.offset(first).limit(most)))
        return self.some(ids), int(count or 0)

    def _with_words(self, wanted: Wanted) -> list[str]:
        words = plain_words(wanted.words).split()
        newest = (
            select(views.c.id, views.c.text_fr, views.c.text_en)
            .where(_where(wanted), or_(views.c.text_fr.is_not(None), views.c.text_en.is_not(None)))
            .order_by(views.c.at.desc(), views.c.id)
            .limit(MOST_SEARCHED)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(newest).mappings().all()
        return [
            row["id"]
            for row in rows
            if _has_all(words, plain_words(" ".join(self._texts(row).values())))
        ]

    def reactions(self, id: str, *, until: float) -> Reactions | None:
        """How people reacted to a view up to a time; None while they are fewer than ten.

        Votes that are held back do not count. `until` keeps two looks from being one vote apart:
        give the time of the last results.
        """
        is_held = (
            select(holds)
            .where(holds.c.conversation == votes.c.conversation, holds.c.released_at.is_(None))
            .exists()
        )
        counted = (
            select(votes.c.value, func.count().label("people"))
            .where(
                and_(votes.c.view == id, votes.c.value.is_not(None), votes.c.at <= until), ~is_held
            )
            .group_by(votes.c.value)
        )
        with self._engine.connect() as connection:
            people = {row.value: row.people for row in connection.execute(counted)}
        reactions = Reactions(people.get(1, 0), people.get(-1, 0), people.get(0, 0))
        return reactions if reactions.people >= LEAST_PEOPLE else None

    def outcomes(self, *, view: str | None = None, most: int = 100) -> list[Outcome]:
        """What was said to have come of a view, or of all themes; the newest first."""
        is_wanted = outcomes.c.theme.is_not(None) if view is None else outcomes.c.view == view
        wanted = select(outcomes).where(is_wanted).order_by(outcomes.c.number.desc()).limit(most)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        plain = ("number", "theme", "view", "url", "by", "at")
        return [
            Outcome(
                **{name: row[name] for name in plain},
                texts={"fr": row["text_fr"], "en": row["text_en"]},
            )
            for row in rows
        ]


def _where(wanted: Wanted) -> ColumnElement[bool]:
    """The condition of the fields that are not about words."""
    fields = {"status": wanted.status, "theme": wanted.theme, "language": wanted.language}
    return and_(True, *(views.c[name] == value for name, value in fields.items() if value))


def _highest(scores: str | None) -> float:
    return max(json.loads(scores or "{}").values(), default=0.0)


def _has_all(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)
