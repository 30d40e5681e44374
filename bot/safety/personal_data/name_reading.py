"""Reads a name that begins at a place in a message, word by word, in any script and spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.public import bare

_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(rf"['ʔ]?(?:{_LETTER})+(?:['’ʼ·:.\-‑](?:{_LETTER})+)*")
_TITLED = re.compile(r"(?=[^a-z])[^\W\d_][a-zà-öø-ÿ]+(?:-[^\W\d_][a-zà-öø-ÿ]+)*")
_GAP = re.compile(r" {1,2}")
_POSSESSIVE = re.compile(r"['’]s\Z")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(.+)")
_CONTRACTED = re.compile(r".+'(?:s|re|ve|ll|d|m|t)")
_PARTICLES = frozenset(
    "de du des d la le las los van von der den ter ten el al bin bint ben ibn da das do dos di del della"
    " dello st ste saint sainte mac mc abu abou ould ait y e bat".split()
)
_NO_INITIALS = frozenset("aijy")
"""Letters that are words when they stand first."""
_MOST_WORDS = 5
_MOST_LOWER_CASE = 2
_MOST_COMPARED = 10


@dataclass(frozen=True)
class NameWord:
    """One word that may be part of a name."""

    start: int
    text: str
    folded: str
    is_known: bool
    """It is on the list of first names."""
    is_last_name: bool
    """It is on the list of last names."""
    is_ordinary: bool
    """It is a word of the language, and perhaps a name too."""

    @property
    def end(self) -> int:
        """Where it ends in the message."""
        return self.start + len(self.text)

    @property
    def has_capital(self) -> bool:
        """Whether it begins as names do; scripts without capitals always do."""
        first = self.text[0]
        return first.isupper() or first in "'ʔ" or unicodedata.category(first) in ("Lo", "Lt")

    @property
    def is_initial(self) -> bool:
        """Whether it is a single capital."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_titled(self) -> bool:
        """Whether it has one capital and is no contraction: last names are words too, Côté, Hall."""
        return self.has_capital and _TITLED.fullmatch(self.text) is not None

    @property
    def is_likely(self) -> bool:
        """Whether it is written like a name and is no mere word."""
        return self.has_capital and (self.is_known or not self.is_ordinary)


@dataclass(frozen=True)
class Name:
    """Words that stand together and may be somebody's name."""

    words: tuple[NameWord, ...]
    """Without particles and initials; at least one."""
    start: int
    end: int

    @property
    def first(self) -> NameWord:
        """The first word."""
        return self.words[0]

    @property
    def is_full(self) -> bool:
        """Whether there is more than one word."""
        return len(self.words) > 1


def read_name(
    message: Message,
    lists: Lists,
    start: int,
    *,
    any_case: bool = False,
    any_word: bool = False,
) -> Name | None:
    """The name that begins here, or nothing.

    Args:
        message: Where to read.
        lists: What is known of words.
        start: Where the first word must begin.
        any_case: Words need no capital: at most two then, up to the first ordinary word.
        any_word: The first word may be an ordinary one if it has a capital: Storm, Lumière.
    """
    words: list[NameWord] = []
    place = end = start
    for _ in range(2 * _MOST_WORDS):
        word = _word_at(message, lists, place)
        if word is None or len(words) == _MOST_WORDS:
            break
        gap = _GAP.match(message.folded, _after_point(message, word))
        is_initial = word.is_initial and (bool(words) or word.folded not in _NO_INITIALS)
        is_particle = word.folded in _PARTICLES and (bool(words) or not word.is_likely)
        if is_particle and not is_initial:
            if gap is None or not words:
                break
        elif is_initial:
            end = _after_point(message, word)
        elif _is_part(word, words, any_case=any_case) or (
            any_word and not words and word.is_titled
        ):
            words.append(word)
            end = word.end
        else:
            break
        if gap is None:
            break
        place = gap.end()
    return Name(tuple(words), start, end) if words else None


def is_public(
    message: Message, lists: Lists, name: Name, *, by_one_name: bool = False
) -> bool:
    """Whether the words hold the name of a public figure."""
    words = bare(message.text[name.start : name.end]).split()[:_MOST_COMPARED]
    whole = " ".join(words)
    if whole in lists.public.names or (by_one_name and whole in lists.public.known_by_one_name):
        return True
    parts = (words[i:j] for i in range(len(words)) for j in range(i + 2, len(words) + 1))
    return any(" ".join(part) in lists.public.names for part in parts)


def _is_part(word: NameWord, before: list[NameWord], *, any_case: bool) -> bool:
    if word.is_likely or (before and before[-1].is_known and word.is_titled):
        return True
    if not any_case or len(word.text) < 2:
        return False
    if word.is_ordinary:
        return word.is_known and not before
    return len(before) < _MOST_LOWER_CASE


def _word_at(message: Message, lists: Lists, place: int) -> NameWord | None:
    match = _WORD.match(message.text, place)
    if match is None:
        return None
    text = _POSSESSIVE.sub("", match.group())
    folded = message.folded[place : place + len(text)].strip("'")
    given = re.split(r"[-']", folded)[0]
    return NameWord(
        start=place,
        text=text,
        folded=folded,
        is_known=folded in lists.first_names or (given != folded and given in lists.first_names),
        is_last_name=folded in lists.last_names,
        is_ordinary=_is_ordinary(folded, lists),
    )


def _is_ordinary(word: str, lists: Lists) -> bool:
    if word in lists.ordinary_words:
        return True
    elided = _ELIDED.fullmatch(word)
    if elided:
        return elided[1] in lists.ordinary_words or word[0] in "cjtsq"
    if _CONTRACTED.fullmatch(word):
        return True
    return "-" in word and all(part in lists.ordinary_words for part in word.split("-"))


def _after_point(message: Message, word: NameWord) -> int:
    """The end of an initial, its point included; of any other word its end."""
    has_point = word.is_initial and message.text[word.end : word.end + 1] == "."
    return word.end + has_point
