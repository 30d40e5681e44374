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
_CLAUSE_ENDS = re.compile(r"[,.;:!?\n]+(?:\s|$)|\s[-–—]\s")
_FEWEST_WORDS = 3
_MOST_PIECES = 5
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


def pieces(text: str, *, after_first: bool = True) -> list[str]:
    """The parts of a message that may be a question of their own, the whole of it left out.

    Args:
        text: The message; it is cut at punctuation.
        after_first: Whether what follows the first word is a part too, as in "hey what is this".
    """
    parts = [part for part in _CLAUSE_ENDS.split(text) if len(part.split()) >= _FEWEST_WORDS]
    words = text.split()
    rest = " ".join(words[1:])
    if after_first and len(words) > _FEWEST_WORDS and rest not in parts:
        parts.append(rest)
    return [part.strip() for part in parts if part.strip() != text.strip()][:_MOST_PIECES]
