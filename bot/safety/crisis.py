"""Recognises a person in distress before any dialogue, from phrases and from the classifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.yaml_files import read_yaml
from bot.safety.phrases import compile_phrases, plain_words

PREFIX = "crisis_"
ENOUGH = 0.3
"""Probability of all kinds of distress together from which the classifier alone decides."""
FIGURE_OF_SPEECH = "hyperbole"


@dataclass(frozen=True)
class _Kind:
    answer: str
    phrases: re.Pattern[str]
    harmless: re.Pattern[str]


class CrisisCheck:
    """Says which kind of distress a message shows, if any."""

    def __init__(self, spelling: Mapping[str, str], kinds: Sequence[_Kind]) -> None:
        self._spelling = spelling
        self._kinds = kinds

    def by_phrase(self, text: str) -> str | None:
        """The crisis answer whose phrases the text holds, the gravest first."""
        words = plain_words(text, self._spelling)
        for kind in self._kinds:
            if kind.phrases.search(kind.harmless.sub(" ", words)):
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
            phrases=compile_phrases(kind["fr"] + kind["en"]),
            harmless=compile_phrases(data["harmless"]["fr"] + data["harmless"]["en"]),
        )
        for kind in data["kinds"]
    ]
    return CrisisCheck(spelling, kinds)
