"""What is going on with the content: unpublished, edited by hand, live, spoken by engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import anyio.from_thread

from bot.console.asked import Asked
from bot.console.content.desk import Desk
from bot.content.manifests import Manifest
from bot.content.releases import is_spoken, live, releases
from bot.errors import StoreUnavailable
from bot.store.redis.store import RedisHealth


@dataclass(frozen=True)
class Standing:
    """The state of the content, for the top of a page."""

    changes: int
    """Topics and files that differ from what was published."""
    by_hand: int
    """Files that were edited without the console."""
    live_since: float | None
    live_by: str
    is_spoken: bool
    """Whether the live release says what was published last."""
    engines: int | None
    """How many answer; None where nobody can tell."""


def standing_of(asked: Asked, desk: Desk) -> Standing:
    """Look at the draft, at HOME, at the releases and at the engines."""
    current = live(desk.models)
    return Standing(
        changes=len(desk.workshop.changes()),
        by_hand=len(desk.workshop.hand_edits()),
        live_since=seconds(current.since) if current else None,
        live_by=(current.by or "") if current else "",
        is_spoken=says_what_is_published(desk, current),
        engines=engines_alive(asked),
    )


def says_what_is_published(desk: Desk, current: Manifest | None) -> bool:
    """Whether the live release says what stands at HOME.

    One that has no content of its own says it as soon as engines start, and until then what was
    kept of it when a publication began.
    """
    if current is None:
        return False
    same = (one for one in releases(desk.models) if one.release == current.release)
    return is_spoken(desk.models, next(same, current), desk.home)


def engines_alive(asked: Asked) -> int | None:
    """How many engines answer, asked from a thread of the console."""
    connection = asked.parts.redis
    if connection is None:
        return None
    try:
        return anyio.from_thread.run(RedisHealth(connection).engines_alive)
    except StoreUnavailable:
        return None


def seconds(moment: str) -> float | None:
    """Seconds since 1970 of a moment in ISO 8601; None where it cannot be read."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return None
