"""Reads a name that begins at a place in a message, word by word, in any script and spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.name_cues import TITLE_WORDS
from bot.safety.personal_data.patterns import end_of, one_of, words
from bot.safety.personal_data.public import bare

Trust = Literal["capitals", "any case", "own"]
"""How surely a name follows.

`capitals`: only words with capitals are read. `any case`: also words without, at most two, up to
the first ordinary one. `own`: the same, and an ordinary word with a capital too: Storm, Lumière.
"""

_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(rf"['ʔ]?(?:{_LETTER})+(?:['’ʼ·:.\-‑](?:{_LETTER})+)*")
_TITLED = re.compile(r"(?=[^a-z])[^\W\d_][a-zà-öø-ÿ]+(?:-[^\W\d_][a-zà-öø-ÿ]+)*")
_TITLES = re.compile(rf"(?:{one_of(TITLE_WORDS + 'm')}\.? ){{0,2}}")
"""What may stand before a name and is no part of it."""
_GAP = re.compile(r" {1,2}")
_POSSESSIVE = re.compile(r"['’]s\Z")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(.+)")
_CONTRACTED = re.compile(r".+'(?:s|re|ve|ll|d|m|t)")
_PARTICLES = words(
    """de du des d la le las los van von der den ter ten el al bin bint ben ibn da das do dos di del
    della dello st ste saint sainte mac mc abu abou ould ait y e bat"""
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
    def is_acronym(self) -> bool:
        """Whether it is in capitals throughout and no first name: ADHD, CLSC."""
        return self.text.isupper() and not self.is_known

    @property
    def is_initial(self) -> bool:
        """Whether it is a single capital."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_titled(self) -> bool:
        """Whether it has one capital and is no contraction; last names are words too, Côté."""
        return self.has_capital and _TITLED.fullmatch(self.text) is not None

    @property
    def is_likely(self) -> bool:
        """Whether it is written like a name and is no mere word."""
        return self.has_capital and (self.is_known or not self.is_ordinary)

    @property
    def is_particle(self) -> bool:
        """Whether it links names: de la Cruz, van der Berg."""
        return self.folded in _PARTICLES


@dataclass(frozen=True)
class Name:
    """Words that stand together and may be somebody's name."""

    words: tuple[NameWord, ...]
    """Without titles, particles and initials; at least one."""
    initials: int
    start: int
    end: int

    @property
    def first(self) -> NameWord:
        """The first word."""
        return self.words[0]

    @property
    def is_full(self) -> bool:
        """Whether there is more than one word, or one beside an initial."""
        return len(self.words) + self.initials > 1


class NameReader:
    """Reads names in one message."""

    def __init__(self, message: Message, lists: Lists) -> None:
        self._message = message
        self._lists = lists

    def read(self, start: int, trust: Trust = "capitals") -> Name | None:
        """The name that begins here, or nothing."""
        found: list[NameWord] = []
        initials = 0
        place = end = begin = end_of(_TITLES, self._message.folded, start)
        for _ in range(2 * _MOST_WORDS):
            word = self._word(place)
            if word is None or len(found) == _MOST_WORDS:
                break
            if word.is_initial and (found or word.folded not in _NO_INITIALS):
                initials += 1
                end = self._after_point(word)
            elif self._is_part(word, found, trust):
                found.append(word)
                end = word.end
            elif not word.is_particle or not (found or trust != "any case"):
                break
            after = self._after_point(word)
            place = end_of(_GAP, self._message.folded, after)
            if place == after:
                break
        return Name(tuple(found), initials, begin, end) if found else None

    def is_public(self, name: Name, *, alone: bool = False) -> bool:
        """Whether the words hold the name of a public figure; `alone`, a last name will do."""
        public = self._lists.public
        parts = bare(self._message.text[name.start : name.end]).split()[:_MOST_COMPARED]
        whole = " ".join(parts)
        if whole in public.names or (alone and whole in public.known_by_one_name):
            return True
        some = (parts[i:j] for i in range(len(parts)) for j in range(i + 2, len(parts) + 1))
        return any(" ".join(part) in public.names for part in some)

    def _is_part(self, word: NameWord, before: list[NameWord], trust: Trust) -> bool:
        """Whether a word goes on with a name, or begins one."""
        if word.is_likely:
            return True
        if not before:
            return self._may_begin(word, trust)
        if word.is_titled and (before[-1].is_known or word.is_last_name):
            return True
        if word.has_capital and word.is_particle:
            return len(word.text) > 2
        if trust == "capitals" or len(word.text) < 2:
            return False
        if word.is_ordinary:
            return word.is_known and self._is_before_last_name(word)
        return len(before) < _MOST_LOWER_CASE or word.is_last_name

    def _may_begin(self, word: NameWord, trust: Trust) -> bool:
        """Whether a word that does not look like a name may still be one, after what was said."""
        if trust == "own" and word.is_titled:
            return True
        is_name = word.is_known or not word.is_ordinary
        return trust != "capitals" and len(word.text) > 1 and is_name

    def _is_before_last_name(self, word: NameWord) -> bool:
        """Whether a last name follows, as in thi mai nguyen."""
        following = self._word(end_of(_GAP, self._message.folded, word.end))
        return following is not None and following.is_last_name

    def _word(self, place: int) -> NameWord | None:
        match = _WORD.match(self._message.text, place)
        if match is None:
            return None
        text = _POSSESSIVE.sub("", match.group())
        folded = self._message.folded[place : place + len(text)].strip("'")
        given = re.split(r"[-']", folded)[0]
        first_names = self._lists.first_names
        return NameWord(
            start=place,
            text=text,
            folded=folded,
            is_known=folded in first_names or (given != folded and given in first_names),
            is_last_name=folded in self._lists.last_names,
            is_ordinary=_is_ordinary(folded, self._lists),
        )

    def _after_point(self, word: NameWord) -> int:
        """The end of an initial, its point included; of any other word its end."""
        has_point = word.is_initial and self._message.text[word.end : word.end + 1] == "."
        return word.end + has_point


def _is_ordinary(word: str, lists: Lists) -> bool:
    if word in lists.ordinary_words:
        return True
    elided = _ELIDED.fullmatch(word)
    if elided:
        return elided[1] in lists.ordinary_words or word[0] in "cjtsq"
    if _CONTRACTED.fullmatch(word):
        return True
    return "-" in word and all(part in lists.ordinary_words for part in word.split("-"))
