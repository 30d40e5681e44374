"""What the last published result says about a view, in no more detail than people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.opinions.release import LEAST_PEOPLE
from bot.store.sql.rows import SavedResult


@dataclass(frozen=True)
class GroupAbout:
    """An opinion group, and whether a view marks it."""

    letter: str
    size: int
    answer: str | None
    """`agree` or `disagree`: how it answers more often than the others; None: nothing is told."""


@dataclass(frozen=True)
class AboutView:
    """What all groups are told to share about a view, and what marks each."""

    at: float
    people: int
    shared: str | None
    groups: Sequence[GroupAbout]


def groups_about(result: SavedResult | None, id: str) -> AboutView | None:
    """What was published; None where there are no groups, and never a group of fewer than ten."""
    if result is None:
        return None
    body = result.body
    return AboutView(
        at=result.at,
        people=result.people,
        shared=_answer(body["bridges"], id),
        groups=[
            GroupAbout(group["letter"], group["size"], _answer(body["marks"][group["letter"]], id))
            for group in body["groups"]
            if group["size"] >= LEAST_PEOPLE
        ],
    )


def _answer(told: Sequence[Mapping[str, Any]], id: str) -> str | None:
    return next((each["answer"] for each in told if each["statement"] == id), None)
