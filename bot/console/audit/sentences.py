"""What was noted, in a sentence of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.console.words import Words
from bot.store.sql.audit import Noted


@dataclass(frozen=True)
class ShownRow:
    """One row as the page shows it."""

    number: int
    at: float
    by: str
    role: str
    """In words."""
    what: str
    subject: str
    details: tuple[tuple[str, str], ...]
    """Names and values, in words where there are some."""


class Sentences:
    """Puts notes into the words of one language; what has none is shown as it was noted."""

    def __init__(self, words: Words, language: str) -> None:
        self._words = words
        self._language = language

    def row(self, noted: Noted) -> ShownRow:
        """A row in words."""
        return ShownRow(
            number=noted.number,
            at=noted.at,
            by=noted.by,
            role=self._word(f"roles.{noted.role}", noted.role),
            what=self.action(noted.action),
            subject=noted.subject,
            details=tuple(
                (self._word(f"audit.detail_{name}", name), self._value(value))
                for name, value in noted.details.items()
                if value not in (None, "")
            ),
        )

    def action(self, name: str) -> str:
        """What was done, after who did it: "opened a conversation"."""
        return self._word(f"audit.action_{name}", name)

    def actions(self) -> list[tuple[str, str]]:
        """Every action that has words: the words, and its name."""
        known = self._words.with_prefix("audit.action_", self._language)
        return sorted((words, name) for name, words in known.items())

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._word("audit.yes" if value else "audit.no", str(value))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value)

    def _word(self, key: str, otherwise: str) -> str:
        return self._words.get(key, self._language) if self._words.has(key) else otherwise
