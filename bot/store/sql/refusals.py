"""Why something that staff asked for was not done, in a sentence for them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from bot.conversation.text import clean
from bot.errors import BotError
from bot.store.sql.tables import NAME


class Refused(BotError):
    """It was not done; nothing was changed.

    Attributes:
        code: Why, for a page that has words of its own for it; empty where there are none.
        values: What such words name.
    """

    def __init__(self, sentence: str, code: str = "", **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(sentence)


class AlreadyDecided(Refused):
    """Somebody was first."""

    def __init__(self, view: str, status: str, by: str, at: float) -> None:
        self.view = view
        self.status = status
        self.by = by
        self.at = at
        super().__init__(
            f"View {view} was {status} by {by} on {readable_time(at)}; a view is decided once.",
            "decided",
        )


class AlreadySettled(Refused):
    """Somebody was first with an item of the queue."""

    def __init__(self, outcome: str, by: str, at: float) -> None:
        self.outcome = outcome
        self.by = by
        self.at = at
        super().__init__(f"{by} settled this on {readable_time(at)}.", "settled")


def readable_time(at: float) -> str:
    """Day and minute, for staff."""
    return f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%d %H:%M} UTC"


def check_name(by: str) -> str:
    """The name of whoever decides, as it is kept."""
    name = clean(by)
    if not 1 <= len(name) <= NAME or "\n" in name:
        raise Refused(f"Say who decides: a name of 1 to {NAME} characters.")
    return name


def check_text(text: str, language: str, *, most: int) -> str:
    """A text for publication, as it is kept."""
    name = {"fr": "French", "en": "English"}[language]
    kept = clean(text)
    if not kept:
        raise Refused(
            f"The {name} text is missing: each text is published in both languages.",
            "missing",
            language=language,
        )
    if len(kept) > most:
        raise Refused(
            f"The {name} text has {len(kept)} characters; {most} are the most.",
            "long",
            language=language,
            length=len(kept),
            most=most,
        )
    return kept
