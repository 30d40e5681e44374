"""Recognises a person in distress before any dialogue, from phrases and from the classifier.

Three nets, each catching what the one before lets through: phrases that always alarm; phrases that
alarm unless the classifier is sure of something harmless ("this exam will kill me lol"); and the
classifier alone, for everything that nobody thought to list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.yaml_files import read_yaml
from bot.safety.phrases import compile_phrases, plain_words

PREFIX = "crisis_"
NOT_MEANT = "crisis_not_meant"
"""The answer to the button under every crisis answer that says so; it alarms nobody."""
ENOUGH = 0.3
"""Probability of all kinds of distress together from which the classifier alone decides."""
FIGURE_OF_SPEECH = "hyperbole"
SURELY_HARMLESS = 0.9
"""Probability of one harmless intent from which a mere phrase no longer alarms,"""
SURELY_CALM = 0.05
"""as long as all kinds of distress together stay below this."""


@dataclass(frozen=True)
class _Kind:
    answer: str
    always: re.Pattern[str]
    phrases: re.Pattern[str]
    harmless: re.Pattern[str]


class CrisisCheck:
    """Says which kind of distress a message shows, if any."""

    def __init__(self, spelling: Mapping[str, str], kinds: Sequence[_Kind]) -> None:
        self._spelling = spelling
        self._kinds = kinds

    def certain(self, text: str) -> str | None:
        """The crisis answer for words that leave no doubt, whatever else is said."""
        words = plain_words(text, self._spelling)
        for kind in self._kinds:
            if kind.always.search(kind.harmless.sub(" ", words)):
                return kind.answer
        return None

    def find(self, text: str, ranking: Sequence[tuple[str, float]]) -> str | None:
        """The crisis answer for a text and what the classifier makes of it."""
        if not _is_surely_harmless(ranking):
            phrase = self.by_phrase(text)
            if phrase is not None:
                return phrase
        return self.certain(text) or self.by_ranking(ranking)

    def by_phrase(self, text: str) -> str | None:
        """The crisis answer whose phrases the text holds, the gravest first."""
        words = plain_words(text, self._spelling)
        for kind in self._kinds:
            bare = kind.harmless.sub(" ", words)
            if kind.always.search(bare) or kind.phrases.search(bare):
                return kind.answer
        return None

    def by_ranking(self, ranking: Sequence[tuple[str, float]]) -> str | None:
        """The likeliest crisis answer, where the classifier finds distress likely enough."""
        crises = [(intent, share) for intent, share in ranking if intent.startswith(PREFIX)]
        total = sum(share for _, share in crises)
        if total < max(ENOUGH, dict(ranking).get(FIGURE_OF_SPEECH, 0.0)):
            return None
        return max(crises, key=lambda item: item[1])[0]


def load_crisis_check(root: Path) -> CrisisCheck:
    """Read `stories/safety/crisis.yml`."""
    data: dict[str, Any] = read_yaml(root / "stories/safety/crisis.yml")
    spelling = {short: words for words, shorts in data["spelling"].items() for short in shorts}
    kinds = [
        _Kind(
            answer=kind["answer"],
            always=_compile(kind.get("always", {})),
            phrases=_compile(kind),
            harmless=_compile(data["harmless"]),
        )
        for kind in data["kinds"]
    ]
    return CrisisCheck(spelling, kinds)


def _compile(sides: Mapping[str, Any]) -> re.Pattern[str]:
    return compile_phrases([*sides.get("fr", ()), *sides.get("en", ())])


def _is_surely_harmless(ranking: Sequence[tuple[str, float]]) -> bool:
    crises = [share for intent, share in ranking if intent.startswith(PREFIX)]
    others = [share for intent, share in ranking if not intent.startswith(PREFIX)]
    return max(others, default=0.0) >= SURELY_HARMLESS and sum(crises) < SURELY_CALM
