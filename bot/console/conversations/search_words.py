"""Reads what staff type to search: words, "a phrase", -not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_CHARACTERS = 200
MOST_TERMS = 12
_TERM = re.compile(r'(?P<no>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Term:
    """Words that stand together; of a single word typed plainly, its beginning is enough."""

    words: tuple[str, ...]
    is_phrase: bool
    is_unwanted: bool

    @property
    def expression(self) -> str:
        """The term as SQLite's full-text search takes it; quotes leave it no other meaning."""
        return f'"{" ".join(self.words)}"' + ("" if self.is_phrase else "*")


@dataclass(frozen=True)
class Query:
    """What is wanted: all of the terms that are not unwanted, and none of the others."""

    terms: tuple[Term, ...] = ()

    @property
    def expression(self) -> str | None:
        """For SQLite's full-text search; None where there is nothing to look for."""
        wanted = [term.expression for term in self.terms if not term.is_unwanted]
        unwanted = [term.expression for term in self.terms if term.is_unwanted]
        if not wanted:
            return None
        every = " AND ".join(wanted)
        return f"({every}) NOT ({' OR '.join(unwanted)})" if unwanted else every

    @property
    def beginnings(self) -> frozenset[str]:
        """Folded words, or beginnings of words, that a text was found by."""
        return frozenset(
            fold(word) for term in self.terms if not term.is_unwanted for word in term.words
        )


def read_query(text: str) -> Query:
    """Read what was typed; nothing that is typed is an error."""
    typed = unicodedata.normalize("NFC", text[:MOST_CHARACTERS])
    terms = []
    for match in _TERM.finditer(typed):
        phrase = match["phrase"]
        words = tuple(_WORD.findall(match["word"] if phrase is None else phrase))
        if words:
            terms.append(Term(words, phrase is not None, match["no"] == "-"))
    return Query(tuple(terms[:MOST_TERMS]))


def words_of(text: str) -> list[re.Match[str]]:
    """The words of a text, in order, with their places."""
    return list(_WORD.finditer(text))


def fold(word: str) -> str:
    """Without case and accents, as the search compares words."""
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
