"""Replies that stand ready for whoever writes to a person, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.asked import Asked
from bot.content.library import LANGUAGES

CANNED = "canned."
"""The file of `stories/words/` in which they stand; staff add some there."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Canned:
    """One reply in one language."""

    key: str
    name: str
    """What staff call it: a word of the console, or its first words."""
    text: str


def canned_replies(asked: Asked, first: str) -> dict[str, list[Canned]]:
    """By language, the person's own first: the replies in the order of their file."""
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    return {language: _in_language(asked, language) for language in languages}


def canned_text(asked: Asked, choice: str) -> str:
    """The text of a choice such as `fr:hello`; empty where there is none."""
    language, _, key = choice.partition(":")
    texts = asked.parts.library.words.get(CANNED + key, {})
    return texts.get(language, "")


def preview_of(asked: Asked, language: str) -> tuple[str, str]:
    """What stands before and after a message of whoever asks, where the person reads it."""
    library = asked.parts.library
    first_name = asked.account.name.split()[0]
    who = library.word("handover.who_named", language, name=first_name)
    frame = library.text("handover_message", language).text
    before, _, after = frame.partition("{text}")
    return before.replace("{who}", who), after.replace("{who}", who)


def _in_language(asked: Asked, language: str) -> list[Canned]:
    return [
        Canned(key, _name(asked, key, texts[language]), texts[language])
        for full, texts in asked.parts.library.words.items()
        if full.startswith(CANNED)
        for key in [full.removeprefix(CANNED)]
    ]


def _name(asked: Asked, key: str, text: str) -> str:
    name = f"canned.{key}"
    if asked.parts.words.has(name):
        return asked.word(name)
    return text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME].rsplit(" ", 1)[0] + "…"
