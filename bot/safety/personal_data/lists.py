"""The word lists that staff keep for the personal-data screen, in `stories/safety/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.yaml_files import read_yaml
from bot.safety.personal_data.message import fold
from bot.safety.personal_data.public import Public, load_public

KNOWN_NAMES = "stories/safety/known_names.yml"
ORDINARY_WORDS = "stories/safety/ordinary_words.yml"


@dataclass(frozen=True)
class Lists:
    """What the families of personal data look words up in; all words are folded."""

    public: Public
    first_names: frozenset[str]
    last_names: frozenset[str]
    ordinary_words: frozenset[str]
    """Words that are no names, though a few are both: Rose, Will."""

    def is_ordinary(self, word: str) -> bool:
        """Whether a folded word is one of the language, and no first name."""
        return word in self.ordinary_words and word not in self.first_names


def load_lists(root: Path) -> Lists:
    """Read the lists of names and words, and what is public."""
    names: dict[str, Any] = read_yaml(root / KNOWN_NAMES)
    words: dict[str, Any] = read_yaml(root / ORDINARY_WORDS)
    return Lists(
        public=load_public(root),
        first_names=_words(" ".join(names["first_names"].values())),
        last_names=_words(names["last_names"]),
        ordinary_words=_words(words["words"]),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))
