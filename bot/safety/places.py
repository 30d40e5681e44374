"""Tells when a person says that they are outside Canada, where Canadian helplines may not work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.content.plain_words import plain_words
from bot.content.yaml_files import read_yaml

LANGUAGES = ("fr", "en")


class Places:
    """The places that `stories/safety/places.yml` names."""

    def __init__(self, data: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        def every(key: str) -> str:
            return _any(name for language in LANGUAGES for name in data[key][language])

        sides = [
            rf"(?:{_any(data['before'][language])}) (?:(?:l|la|le|les|the) )?"
            rf"(?:{_any(data['elsewhere'][language])})"
            for language in LANGUAGES
        ]
        self._there = re.compile(rf"\b(?:{'|'.join(sides)})\b")
        self._alone = re.compile(rf"(?:(?:l|la|le|les|the) )?(?:{every('elsewhere')})")
        self._always = re.compile(rf"\b(?:{every('always')})\b")
        self._here = re.compile(rf"\b(?:{every('canada')})\b")

    def is_elsewhere(self, text: str) -> bool:
        """Whether the words place the person outside Canada."""
        words = plain_words(text)
        if self._always.search(words):
            return True
        if self._here.search(words):
            return False
        return bool(self._there.search(words) or self._alone.fullmatch(words))


def load_places(root: Path) -> Places:
    """Read `stories/safety/places.yml`."""
    data: dict[str, Any] = read_yaml(root / "stories/safety/places.yml")
    return Places(data)


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
