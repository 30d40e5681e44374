"""Every table of the insight page, in the order in which the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.console.insight import sharing, talking
from bot.console.insight.tables import Table
from bot.console.insight.talking import Counting

PARTS: Mapping[str, tuple[str, ...]] = {
    "people": ("days", "platforms", "languages", "campaigns"),
    "questions": ("topics", "unanswered", "after_fallback", "feedback", "speed"),
    "views": ("funnel", "view_status", "view_themes"),
    "team": ("alerts", "handovers", "waits"),
}
"""The page's parts, and the tables of each."""
MAKERS: Mapping[str, Callable[[Counting], Table]] = {
    "days": talking.days,
    "platforms": talking.platforms,
    "languages": talking.languages,
    "campaigns": talking.campaigns,
    "topics": talking.topics,
    "unanswered": talking.unanswered,
    "after_fallback": talking.after_fallback,
    "feedback": talking.feedback,
    "speed": talking.speed,
    "funnel": sharing.funnel,
    "view_status": sharing.view_status,
    "view_themes": sharing.view_themes,
    "alerts": talking.alerts,
    "handovers": sharing.handovers,
    "waits": sharing.waits,
}
HEADLINES = (
    ("days", "people"),
    ("days", "questions"),
    ("unanswered", "share"),
    ("view_status", "views"),
)
"""Tables and columns whose totals stand above all else."""
