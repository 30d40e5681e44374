"""The grammar of a phrase: which signs staff may write, how they group words, what is refused.

`phrases` explains the signs and looks for what is read here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.content.plain_words import plain_words

MOST_GAPS = 3
SHORTEST_STEM = 3
_SIGN = re.compile(r"<[a-z_]+>|[()\[\]|*<>]|[^\s()\[\]|*<>]+|\s+")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_READABLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_' |*~()[]<>")
_CLOSING = {"(": ")", "[": "]"}

Lists = Mapping[str, Sequence[str]]
"""Words and groups of words that a phrase names by `<name>`."""


class PhraseRefused(ValueError):
    """A phrase cannot be read; says what to write instead."""


@dataclass(frozen=True)
class Word:
    """One word, as written."""

    text: str
    has_any_ending: bool


@dataclass(frozen=True)
class Gap:
    """Up to three words."""


@dataclass(frozen=True)
class Choice:
    """One of several groups of words."""

    options: tuple[Parts, ...]
    is_optional: bool = False
    is_bare: bool = False
    """Whether it was written without parentheses."""


Part = Word | Gap | Choice
Parts = tuple[Part, ...]
"""What follows one upon the other."""


def parse(text: str, lists: Lists) -> Parts:
    """The parts of a phrase.

    Raises:
        PhraseRefused: it is written wrongly.
    """
    _check_signs(text)
    parts = _Parser(text, lists).parse()
    _check_shape(parts)
    return parts


def _check_signs(text: str) -> None:
    for sign in text:
        if sign in _READABLE:
            continue
        if sign.isupper():
            raise PhraseRefused(f"write small letters: `{text.lower()}`.")
        if sign.isalpha() and plain_words(sign):
            raise PhraseRefused(f"write it without accents: `{_without_accents(text)}`.")
        if sign == "-":
            raise PhraseRefused(f"write a blank for `-`: `{text.replace('-', ' ')}`.")
        raise PhraseRefused(
            f"leave out `{sign}`: only words and the signs ( ) [ ] | * ~ < > are read."
        )


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


class _Parser:
    """Reads one phrase from left to right."""

    def __init__(self, text: str, lists: Lists) -> None:
        self._text = text
        self._lists = lists
        self._signs: list[str] = _SIGN.findall(text.strip())
        self._place = 0

    def parse(self) -> Parts:
        if not self._signs:
            raise PhraseRefused("an empty phrase finds nothing: take it out.")
        parts = self._parts(in_group=False)
        if self._next() is not None:
            raise PhraseRefused(f"`{self._next()}` closes nothing in `{self._text}`.")
        return parts

    def _next(self, ahead: int = 0) -> str | None:
        place = self._place + ahead
        return self._signs[place] if place < len(self._signs) else None

    def _take(self) -> str:
        self._place += 1
        return self._signs[self._place - 1]

    def _parts(self, *, in_group: bool) -> Parts:
        parts: list[Part] = []
        is_apart = True
        while (sign := self._next()) is not None and sign not in _CLOSING.values():
            if sign == "|" and in_group:
                break
            if sign.isspace():
                self._take()
                is_apart = True
            elif sign == "|" or not is_apart:
                raise PhraseRefused(self._what_touches(sign))
            else:
                parts.append(self._part(in_group=in_group))
                is_apart = False
        return tuple(parts)

    def _what_touches(self, sign: str) -> str:
        if sign == "|":
            return (
                "`|` without parentheses stands right between two single words, as in `a|b`; "
                "for groups of words write `(a b|c d)`."
            )
        return (
            f"put a blank before `{sign}` in `{self._text}`; for endings write `menac~` or "
            "`mort|morte`."
        )

    def _part(self, *, in_group: bool) -> Part:
        sign = self._take()
        if sign == "*":
            return Gap()
        if sign in _CLOSING:
            return self._group(sign)
        if sign.startswith("<") and sign != "<":
            return self._list(sign)
        words = [_word(sign)]
        while not in_group and self._next() == "|" and _is_word(self._next(ahead=1)):
            self._take()
            words.append(_word(self._take()))
        if len(words) == 1:
            return words[0]
        return Choice(tuple((word,) for word in words), is_bare=True)

    def _group(self, opening: str) -> Choice:
        options = [self._parts(in_group=True)]
        while self._next() == "|":
            self._take()
            options.append(self._parts(in_group=True))
        closing = _CLOSING[opening]
        if self._next() != closing:
            raise PhraseRefused(f"`{opening}` is never closed by `{closing}` in `{self._text}`.")
        self._take()
        if any(all(_is_optional(part) for part in option) for option in options):
            raise PhraseRefused(
                f"a choice of a group is empty in `{self._text}`; write words that may be missing "
                "as `[...]`, outside of it."
            )
        return Choice(tuple(options), is_optional=opening == "[")

    def _list(self, sign: str) -> Choice:
        items = self._lists.get(sign[1:-1])
        if not items:
            known = ", ".join(f"<{name}>" for name in sorted(self._lists)) or "none"
            raise PhraseRefused(f"`{sign}` is not among the lists; there are: {known}.")
        return Choice(tuple(parse(item, {}) for item in items))


def _is_word(sign: str | None) -> bool:
    return sign is not None and sign[0] not in "()[]|*<>" and not sign.isspace()


def _word(text: str) -> Word:
    if re.fullmatch(r"(?:[jmtslnd]|qu)'", text):
        raise PhraseRefused(f"write `{text[:-1]}e` for `{text}`: before a word it finds both.")
    bare = text[:-1] if text.endswith("~") else text
    if not _WORD.fullmatch(bare):
        raise PhraseRefused(
            f"`{text}` is no word: `~` stands at a word's end, `'` inside a word, and a list's "
            "name between `<` and `>`."
        )
    if text != bare and len(bare) < SHORTEST_STEM:
        raise PhraseRefused(
            f"`{text}` would find too many words: write {SHORTEST_STEM} letters or more before `~`."
        )
    return Word(bare, text != bare)


def _check_shape(parts: Parts) -> None:
    sequences = [*_all_sequences(parts)]
    for sequence in sequences:
        if isinstance(sequence[0], Gap) or isinstance(sequence[-1], Gap):
            raise PhraseRefused("`*` stands between two words: leave it out at the start and end.")
        for one, other in pairwise(sequence):
            if isinstance(one, Gap) and isinstance(other, Gap):
                raise PhraseRefused("write one `*`: it is up to three words, and two are not six.")
            if _is_bare(one) and _is_bare(other):
                raise PhraseRefused(
                    "two choices with `|` side by side can be read in two ways: put each into "
                    "parentheses, `(a|b) (c|d)`, or groups of words into one, `(a b|c d)`."
                )
    if _is_optional(parts[0]) or _is_optional(parts[-1]):
        raise PhraseRefused("words in `[...]` at the start or end change nothing: leave them out.")
    if sum(isinstance(part, Gap) for sequence in sequences for part in sequence) > MOST_GAPS:
        raise PhraseRefused(f"more than {MOST_GAPS} `*` find too much: write two phrases.")


def _is_bare(part: Part) -> bool:
    return isinstance(part, Choice) and part.is_bare


def _is_optional(part: Part) -> bool:
    return isinstance(part, Choice) and part.is_optional


def _all_sequences(parts: Parts) -> Iterator[Parts]:
    yield parts
    for part in parts:
        if isinstance(part, Choice):
            for option in part.options:
                yield from _all_sequences(option)
