"""Checks `stories/safety/places.yml`: where a person in distress may say that they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.content.checks.files import LANGUAGES, PLACES, Content
from bot.content.checks.problem import Problem
from bot.content.plain_words import plain_words
from bot.content.yaml_files import lines_of_items

KEYS = ("before", "always", "elsewhere", "canada")


def check_places(content: Content) -> Iterator[Problem]:
    """Each of the four keys names places in both languages, as plain words."""
    if not content.is_readable(PLACES):
        return
    for key in content.places.keys() - {*KEYS}:
        yield Problem(PLACES, content.line(PLACES, str(key)), f"`{key}` is not known here.")
    for key in KEYS:
        sides = content.places.get(key)
        for language in LANGUAGES:
            names = sides.get(language) if isinstance(sides, dict) else None
            if isinstance(names, list) and names:
                yield from _check_names(content, key, language, names)
            else:
                line = content.line(PLACES, key, language)
                sentence = f"`{key}` has no list in `{language}`: write `{language}: [..., ...]`."
                yield Problem(PLACES, line, sentence)


def _check_names(content: Content, key: str, language: str, names: list[Any]) -> Iterator[Problem]:
    lines = lines_of_items(content.root / PLACES, key, language)
    for name, line in zip(names, lines):
        plain = plain_words(name) if isinstance(name, str) else ""
        if not plain:
            yield Problem(PLACES, line, f"`{name}` is no word: take it out or put it in quotes.")
        elif plain != name:
            sentence = f"write `{plain}` for `{name}`: small letters, no accents, no signs."
            yield Problem(PLACES, line, sentence)
