"""Which language the next reply is in: detected per message, kept per conversation."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.messages import Language
from bot.conversation.ports import LanguageDetector

HINT_ODDS = 4.0
"""How much a platform's hint weighs against the first message: 0.8 to 0.2."""
KEPT_ODDS = 12.0
"""How much the language of a running conversation weighs against one message of another."""
FEWEST_WORDS_TO_SWITCH = 3
"""One or two words ("open data", "budget") never change a running conversation's language."""
FIRST_LANGUAGE: Language = "fr"
"""When nothing at all is known."""


@dataclass(frozen=True)
class LanguageMemory:
    """What a conversation knows of its language."""

    language: Language | None = None
    is_chosen: bool = False
    """The person asked for it by words or a button; detection no longer changes it."""


def choose(language: Language) -> LanguageMemory:
    """The memory after the person asked for a language."""
    return LanguageMemory(language, is_chosen=True)


def settle(
    memory: LanguageMemory, text: str, hint: Language | None, detector: LanguageDetector
) -> LanguageMemory:
    """The language of the reply to `text`.

    A mixed message ("c'est quoi le open data") stays in the conversation's language, because the
    detector is not sure enough of the other.
    """
    if memory.language is None:
        odds = _odds_of_french(detector, text) * _prior(hint, HINT_ODDS)
        return LanguageMemory(_likelier(odds))
    if memory.is_chosen or len(text.split()) < FEWEST_WORDS_TO_SWITCH:
        return memory
    odds = _odds_of_french(detector, text) * _prior(memory.language, KEPT_ODDS)
    return LanguageMemory(_likelier(odds))


def _odds_of_french(detector: LanguageDetector, text: str) -> float:
    french = min(max(detector.probability_of_french(text), 0.001), 0.999)
    return french / (1 - french)


def _prior(language: Language | None, odds: float) -> float:
    return {"fr": odds, "en": 1 / odds, None: 1.0}[language]


def _likelier(odds_of_french: float) -> Language:
    if odds_of_french == 1.0:
        return FIRST_LANGUAGE
    return "fr" if odds_of_french > 1.0 else "en"
