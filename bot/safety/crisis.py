"""Recognises a person in distress before any dialogue, from phrases and from the classifier.

Three nets, each catching what the one before lets through: phrases that always alarm; phrases that
alarm unless the classifier is sure of something harmless ("this exam will kill me lol"); and the
classifier alone, for everything that nobody thought to list.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.content.crisis_phrases import NOT_MEANT as NOT_MEANT
from bot.content.crisis_phrases import PREFIX as PREFIX
from bot.content.crisis_phrases import CrisisPhrases, read_crisis_phrases
from bot.content.yaml_files import read_yaml
from bot.errors import ContentInvalid

ENOUGH = 0.4
"""Probability of all kinds of distress together from which the classifier alone decides."""
ENOUGH_OF_ONE_WORD = 0.9
"""The same for a single word, which says little: "purple" or "corridor" are no calls for help."""
FEWEST_WORDS = 4
"""Fewer words beside a figure of speech say nothing about what was meant."""
FIGURE_OF_SPEECH = "hyperbole"
SURELY_HARMLESS = 0.9
"""Probability of one harmless intent from which a mere phrase no longer alarms,"""
SURELY_CALM = 0.05
"""as long as all kinds of distress together stay below this."""
_FILE = "stories/safety/crisis.yml"


class CrisisCheck:
    """Says which kind of distress a message shows, if any."""

    def __init__(self, phrases: CrisisPhrases) -> None:
        self._phrases = phrases

    def certain(self, text: str) -> str | None:
        """The crisis answer for words that leave no doubt, whatever else is said."""
        return self._phrases.certain(text)

    def find(self, text: str, ranking: Sequence[tuple[str, float]]) -> str | None:
        """The crisis answer for a text and what the classifier makes of it."""
        if not _is_surely_harmless(ranking):
            phrase = self.by_phrase(text)
            if phrase is not None:
                return phrase
        enough = ENOUGH if len(text.split()) > 1 else ENOUGH_OF_ONE_WORD
        return self.certain(text) or self.by_ranking(ranking, enough=enough)

    def by_phrase(self, text: str) -> str | None:
        """The crisis answer whose phrases the text holds, the gravest first."""
        return self._phrases.possible(text)

    def without_figures(self, text: str) -> str | None:
        """The words beside figures of speech, empty where hardly any; None without a figure."""
        rest = self._phrases.without_harmless(text)
        if rest is None:
            return None
        return rest if len(rest.split()) >= FEWEST_WORDS else ""

    def by_ranking(
        self, ranking: Sequence[tuple[str, float]], *, enough: float = ENOUGH
    ) -> str | None:
        """The likeliest crisis answer, where the classifier finds distress likely enough."""
        crises = [(intent, share) for intent, share in ranking if intent.startswith(PREFIX)]
        total = sum(share for _, share in crises)
        if total < max(enough, dict(ranking).get(FIGURE_OF_SPEECH, 0.0)):
            return None
        return max(crises, key=lambda item: item[1])[0]


def load_crisis_check(root: Path) -> CrisisCheck:
    """Read `stories/safety/crisis.yml`.

    Raises:
        ContentInvalid: it cannot be used; `make check` says why, line by line.
    """
    try:
        return CrisisCheck(read_crisis_phrases(read_yaml(root / _FILE)))
    except (OSError, KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        problem = f"[ERROR] {_FILE}: it cannot be loaded ({error}); run `make check`."
        raise ContentInvalid([problem]) from error


def _is_surely_harmless(ranking: Sequence[tuple[str, float]]) -> bool:
    crises = [share for intent, share in ranking if intent.startswith(PREFIX)]
    others = [share for intent, share in ranking if not intent.startswith(PREFIX)]
    return max(others, default=0.0) >= SURELY_HARMLESS and sum(crises) < SURELY_CALM
