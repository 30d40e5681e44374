"""Any text as plain words: what phrases, letter groups and small words are looked for in."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")


def plain_words(text: str) -> str:
    """Lower-case words without accents, signs or drawn-out letters, one blank between."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_LONG_RUN.sub(r"\1", _NOT_WORD.sub(" ", bare)).split())
