"""All topics in one table, and what is going on with the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk
from bot.console.content.door import at_desk
from bot.console.content.search import is_found, plain
from bot.console.content.standing import standing_of
from bot.content.checks.answers import DAYS_FRESH
from bot.editing.records import TopicSummary

LONGEST_SEARCH = 100


@at_desk
def show_topics(asked: Asked, desk: Desk) -> Response:
    """The table, filtered by `q` and `only`."""
    today = datetime.fromtimestamp(asked.parts.now(), UTC).date()
    filters = _filters(today)
    only = asked.query("only") if asked.query("only") in filters else "all"
    searched = asked.query("q")[:LONGEST_SEARCH]
    desk.start_checking()
    topics = desk.workshop.topics()
    shown = _search(desk.draft, [topic for topic in topics if filters[only](topic)], searched)
    return asked.page(
        "content/topics.html",
        topics=[(topic, is_old(topic, today)) for topic in shown],
        all=len(topics),
        filters=tuple(filters),
        only=only,
        q=searched,
        standing=standing_of(asked, desk),
        is_checked=all(topic.problems is not None for topic in topics),
    )


def is_old(topic: TopicSummary, today: date) -> bool:
    """Whether nobody has reviewed an answer for a year."""
    reviewed = topic.reviewed.on if topic.reviewed else None
    return topic.has_answer and (reviewed is None or (today - reviewed).days > DAYS_FRESH)


def _filters(today: date) -> dict[str, Callable[[TopicSummary], bool]]:
    return {
        "all": lambda topic: True,
        "changed": lambda topic: topic.is_changed,
        "problems": lambda topic: bool(topic.problems),
        "old": lambda topic: is_old(topic, today),
    }


def _search(draft: Path, topics: list[TopicSummary], searched: str) -> list[TopicSummary]:
    """What says the words, and first of it what is called so."""
    wanted = plain(searched)
    if not wanted:
        return topics
    found = [topic for topic in topics if is_found(draft, topic.id, wanted)]
    return sorted(found, key=lambda topic: not _is_called(topic, wanted))


def _is_called(topic: TopicSummary, wanted: str) -> bool:
    return any(wanted in plain(name) for name in (topic.id, *topic.titles.values()))
