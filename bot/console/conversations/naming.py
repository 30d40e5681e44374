"""What things are called for staff: answers, buttons, alerts, colleagues, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.console.asked import Asked
from bot.content.library import RESERVED_BUTTONS
from bot.conversation.rendering import ANSWER, LANGUAGE, MORE
from bot.conversation.visit import CHOICE
from bot.store.sql.conversation_queries import PLAIN_FLAGS

LEAD = 100
"""Characters of an answer that are shown without asking."""
_PLACEHOLDER = re.compile(r"\{\w*\}")


@dataclass(frozen=True)
class AnswerShown:
    """What the bot said, in short."""

    id: str
    title: str
    lead: str
    """Its first words; empty where the answer is no longer there."""


class Names:
    """Names in the language of whoever asks."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._library = asked.parts.library

    def answer(self, id: str) -> str:
        """An answer's title, or its id where it is no longer there."""
        known = self._library.answers.get(id)
        return known.languages[self._asked.language].title if known else id

    def answer_shown(self, id: str, language: str) -> AnswerShown:
        """An answer as the person saw it begin."""
        known = self._library.answers.get(id)
        if known is None:
            return AnswerShown(id, id, "")
        side = known.languages[language]
        text = " ".join(_PLACEHOLDER.sub("…", side.text).split())
        if len(text) > LEAD:
            text = text[:LEAD].rsplit(" ", 1)[0] + "…"
        return AnswerShown(id, side.title, text)

    def flag(self, name: str) -> str:
        """A flag: a kind of alert, or one of the plain ones."""
        return (
            self._asked.word(f"conversations.flag_{name}")
            if name in PLAIN_FLAGS
            else (self.answer(name))
        )

    def button(self, value: str, language: str) -> str:
        """What stood on a button, as the person saw it."""
        kind, name = value[:2], value[2:]
        if kind in (ANSWER, MORE) and name in self._library.answers:
            title = self._library.text(name, language).title
            more = self._library.word("buttons.more", language)
            return title if kind == ANSWER else f"{more} ({title})"
        if kind == LANGUAGE and f"language_{name}" in RESERVED_BUTTONS:
            return self._library.word(f"buttons.language_{name}", language)
        label = f"choices.{name.replace(':', '_')}"
        if kind == CHOICE and label in self._library.words:
            return self._library.word(label, language)
        return value

    def staff(self, email: str) -> str:
        """The name of a colleague."""
        return self._staff.get(email, email)

    def label(self, label: str) -> str:
        """A label; those that we suggest are called by words of the language."""
        key = f"conversations.label_{label}"
        words = self._asked.parts.words
        return self._asked.word(key) if words.has(key) else label

    @cached_property
    def _staff(self) -> dict[str, str]:
        return {account.email: account.name for account in self._asked.parts.accounts.all()}
