"""Phrases that staff write to recognise what a person types, whatever its spelling.

A phrase is words with three signs: `a|b` either word, `*` up to three words between, `~` at a
word's end for any ending. Text and phrases are compared in lower case, without accents or signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")


def plain_words(text: str, spelling: Mapping[str, str] | None = None) -> str:
    """Lower-case words without accents, drawn-out letters or SMS spelling, one blank between."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = _LONG_RUN.sub(r"\1", _NOT_WORD.sub(" ", bare)).split()
    if spelling:
        words = [spelling.get(word, word) for word in words]
    return " ".join(words)


def compile_phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all phrases, to search in `plain_words`.

    Raises:
        ValueError: a phrase is empty or holds other signs.
    """
    return re.compile("|".join(_pattern(phrase) for phrase in phrases) or r"(?!)")


def _pattern(phrase: str) -> str:
    parts: list[str] = []
    for part in phrase.split():
        if part == "*":
            parts.append(r"(?:[a-z0-9]+ ){0,3}?")
            continue
        words = [_word(word) for word in part.split("|")]
        parts.append(f"(?:{'|'.join(words)}) ")
    if not parts or parts[0].startswith("(?:[a"):
        raise ValueError(f"a phrase begins with a word: {phrase!r}")
    body = "".join(parts)
    return rf"(?:(?<![a-z0-9]){body.removesuffix(' ')}(?![a-z0-9]))"


def _word(word: str) -> str:
    bare = word.removesuffix("~")
    if not re.fullmatch(r"[a-z0-9]+", bare):
        raise ValueError(f"a phrase has only words without accents, `|`, `*` and `~`: {word!r}")
    return bare + ("[a-z0-9]*" if word.endswith("~") else "")
