"""Makes safe, plain text out of whatever a platform delivers."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset(
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Soft hyphens, zero-width spaces, direction marks and overrides: they hide what is written."""

_BLANKS = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\s*\n\s*")


def clean(text: str) -> str:
    """The text without control characters, overrides, lone surrogates and runs of blanks."""
    kept = "".join(_replacement(character) for character in text)
    normal = unicodedata.normalize("NFC", kept)
    return _MANY_LINES.sub("\n", _BLANKS.sub(" ", normal)).strip()


def _replacement(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    category = unicodedata.category(character)
    if category == "Cs":
        return ""
    if category in ("Cc", "Zl", "Zp"):
        return "\n" if character in "\n\r\u2028\u2029" else " "
    return character


def has_words(text: str) -> bool:
    """Whether there is anything to read: a letter or a digit in any script."""
    return any(character.isalnum() for character in text)
