"""Writes long lists of alternatives for patterns so that people can read them."""

from __future__ import annotations

import re


def one_of(alternatives: str) -> str:
    """A group of alternatives that stand with blanks between; `_` is a blank within one."""
    return f"(?:{'|'.join(alternatives.split()).replace('_', ' ')})"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set; `_` is a blank within one."""
    return frozenset(word.replace("_", " ") for word in text.split())


def end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    """Where a pattern that begins at a place ends; the place itself if it does not match."""
    match = pattern.match(text, place)
    return match.end() if match else place
