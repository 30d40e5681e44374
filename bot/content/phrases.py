"""Phrases that staff write to recognise what a person types, whatever its spelling.

    envie de (mourir|me tuer)   one of these groups of words
    je veux [vraiment] mourir   with or without these words
    veux|voudrais mourir        either word; single words only
    veux * mourir               up to three words between
    menac~                      any ending
    <family> me frappe          any of the words or groups of words listed as `family`

Lower case, no accents. An apostrophe finds all ways to write it: `don't` also dont, don t and do
not; `j'en` also jen and j en. So do the French words that lose their vowel: `je` before a word also
finds j' and j. A doubled letter also finds the single one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Union

from bot.content.plain_words import plain_words
from bot.content.reading import Reader

MOST_GAPS = 3
SHORTEST_STEM = 3
_SIGNS = re.compile(r"[()\[\]|*]|<[a-z_]+>|[^\s()\[\]|*<>]+|\s+|.")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_READABLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789' |*~()[]<>_")
_DOUBLED = re.compile(r"([a-z])\1")
_SPLIT = {
    "fr": re.compile(r"\b(?:[cdjlmnst]|[a-z]*qu) [aeiouyh]"),
    "en": re.compile(r"[a-z] (?:s|t|m|ll|re|ve|d)\b"),
}
_BEGINNING = {
    "fr": r"(?:\b|(?<=\bqu)|(?<=\b[cdjlmnst]))",  # jveux, lenvie, quon: the apostrophe is missing
    "en": r"\b",
}


class PhraseRefused(ValueError):
    """A phrase cannot be read; says what to write instead."""


@dataclass(frozen=True)
class _Word:
    text: str
    has_any_ending: bool


@dataclass(frozen=True)
class _Gap:
    pass


@dataclass(frozen=True)
class _Choice:
    options: tuple[_Sequence, ...]
    is_optional: bool = False
    is_bare: bool = False


_Part = Union[_Word, _Gap, _Choice]
_Sequence = tuple[_Part, ...]
Lists = Mapping[str, Sequence[str]]
"""Words and groups of words that a phrase names by `<name>`, in one language."""


@dataclass(frozen=True)
class Phrase:
    """One phrase of one language, as written and as it is looked for."""

    text: str
    language: str
    pattern: str

    def is_in(self, words: str) -> bool:
        """Whether a text that was read holds it."""
        return self._compiled.search(words) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(_BEGINNING[self.language] + self.pattern)


class PhraseList:
    """Phrases of one language, looked for all at once."""

    def __init__(self, phrases: Iterable[Phrase], language: str) -> None:
        self.phrases = tuple(phrases)
        together = "|".join(phrase.pattern for phrase in self.phrases) or r"(?!)"
        self._compiled = re.compile(f"{_BEGINNING[language]}(?:{together})")

    def is_in(self, words: str) -> bool:
        """Whether a text that was read holds any of them."""
        return self._compiled.search(words) is not None

    def find(self, words: str) -> Phrase | None:
        """The first of them that a text holds which was read."""
        if not self.is_in(words):
            return None
        return next(phrase for phrase in self.phrases if phrase.is_in(words))

    def take_out(self, words: str) -> str:
        """The words without them; no phrase reaches over such a hole."""
        return self._compiled.sub("| ", words)


def read_phrase(text: str, reader: Reader, lists: Lists | None = None) -> Phrase:
    """What staff wrote, as something to look for in what the reader reads.

    Raises:
        PhraseRefused: it is written wrongly, or nothing that a person writes would match.
    """
    text = text.replace("\u2019", "'")
    _check_signs(text)
    sequence = _Parser(text, lists or {}).parse()
    _check_shape(sequence)
    _check_split(text, reader.language)
    phrase = Phrase(text, reader.language, _pattern(sequence, reader))
    _check_can_match(phrase, sequence, reader)
    return phrase


def _check_signs(text: str) -> None:
    for sign in text:
        if sign in _READABLE:
            continue
        if sign.isupper():
            raise PhraseRefused(f"write small letters: `{text.lower()}`.")
        if sign.isalpha() and plain_words(sign):
            plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
            bare = "".join(one for one in plain if not unicodedata.combining(one))
            raise PhraseRefused(f"write it without accents: `{bare}`.")
        if sign == "-":
            raise PhraseRefused(f"write a blank for `-`: `{text.replace('-', ' ')}`.")
        raise PhraseRefused(f"leave out `{sign}`: only words and the signs ( ) [ ] | * ~ < > are read.")


class _Parser:
    """Reads one phrase from left to right."""

    def __init__(self, text: str, lists: Lists) -> None:
        self._text = text
        self._lists = lists
        self._signs = _SIGNS.findall(text.strip())
        self._place = 0

    def parse(self) -> _Sequence:
        if not self._signs:
            raise PhraseRefused("an empty phrase finds nothing: take it out.")
        sequence = self._sequence(in_group=False)
        if self._next() is not None:
            raise PhraseRefused(f"`{self._next()}` closes nothing in `{self._text}`.")
        return sequence

    def _next(self) -> str | None:
        return self._signs[self._place] if self._place < len(self._signs) else None

    def _take(self) -> str:
        self._place += 1
        return str(self._signs[self._place - 1])

    def _sequence(self, *, in_group: bool) -> _Sequence:
        parts: list[_Part] = []
        is_apart = True
        while (sign := self._next()) is not None and sign not in (")", "]"):
            if sign == "|" and in_group:
                break
            if sign.isspace():
                self._take()
                is_apart = True
                continue
            if sign == "|" or not is_apart:
                raise PhraseRefused(self._what_touches(sign))
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
            f"put a blank before `{sign}` in `{self._text}`; for endings write `mort~` or "
            "`mort|morte`."
        )

    def _part(self, *, in_group: bool) -> _Part:
        sign = self._take()
        if sign == "*":
            return _Gap()
        if sign in "([":
            return self._group(sign)
        if sign.startswith("<"):
            return self._list(sign)
        words = [_word(sign)]
        while not in_group and self._next() == "|" and self._is_word(self._place + 1):
            self._take()
            words.append(_word(self._take()))
        if len(words) == 1:
            return words[0]
        return _Choice(tuple((word,) for word in words), is_bare=True)

    def _is_word(self, place: int) -> bool:
        return place < len(self._signs) and self._signs[place][0] not in "()[]|*<> \t"

    def _list(self, sign: str) -> _Choice:
        items = self._lists.get(sign[1:-1])
        if not items:
            known = ", ".join(f"<{name}>" for name in sorted(self._lists)) or "none"
            raise PhraseRefused(f"`{sign}` is not among the lists; there are: {known}.")
        return _Choice(tuple(_Parser(item, {}).parse() for item in items))

    def _group(self, opening: str) -> _Choice:
        closing = {"(": ")", "[": "]"}[opening]
        options = [self._sequence(in_group=True)]
        while self._next() == "|":
            self._take()
            options.append(self._sequence(in_group=True))
        if self._next() != closing:
            raise PhraseRefused(f"`{opening}` is never closed by `{closing}` in `{self._text}`.")
        self._take()
        for option in options:
            if all(isinstance(part, _Choice) and part.is_optional for part in option):
                raise PhraseRefused(
                    f"a choice of a group is empty in `{self._text}`; for words that may be "
                    "missing write `[...]`."
                )
        return _Choice(tuple(options), is_optional=opening == "[")


def _word(text: str) -> _Word:
    bare = text.removesuffix("~")
    if re.fullmatch(r"(?:[jmtslnd]|qu)'", text):
        raise PhraseRefused(f"write `{text[:-1]}e` for `{text}`: before a word it finds both.")
    if not _WORD.fullmatch(bare):
        raise PhraseRefused(
            f"`{text}` is no word: `~` stands at a word's end and `'` inside a word."
        )
    if text.endswith("~") and len(bare) < SHORTEST_STEM:
        raise PhraseRefused(
            f"`{text}` would find every word that begins so: write {SHORTEST_STEM} letters or "
            "more before `~`."
        )
    return _Word(bare, text.endswith("~"))


def _check_shape(sequence: _Sequence) -> None:
    for option in _all_sequences(sequence):
        if isinstance(option[0], _Gap) or isinstance(option[-1], _Gap):
            raise PhraseRefused("`*` stands between two words: leave it out at the start and end.")
        for one, other in zip(option, option[1:]):
            if isinstance(one, _Gap) and isinstance(other, _Gap):
                raise PhraseRefused("write one `*`: it is up to three words; two are not six.")
            if _is_bare(one) and _is_bare(other):
                raise PhraseRefused(
                    "two choices with `|` side by side can be read in two ways: put each into "
                    "parentheses, as in `(a|b) (c|d)`, or groups of words into one, `(a b|c d)`."
                )
    for end in (sequence[0], sequence[-1]):
        if isinstance(end, _Choice) and end.is_optional:
            raise PhraseRefused(
                "words in `[...]` at the start or end change nothing: leave them out."
            )
    if sum(isinstance(part, _Gap) for one in _all_sequences(sequence) for part in one) > MOST_GAPS:
        raise PhraseRefused(f"more than {MOST_GAPS} `*` find too much: write two phrases.")


def _is_bare(part: _Part) -> bool:
    return isinstance(part, _Choice) and part.is_bare


def _all_sequences(sequence: _Sequence) -> Iterator[_Sequence]:
    yield sequence
    for part in sequence:
        if isinstance(part, _Choice):
            for option in part.options:
                yield from _all_sequences(option)


def _check_split(text: str, language: str) -> None:
    found = _SPLIT[language].search(text)
    if found:
        start = text.rfind(" ", 0, found.start() + 1) + 1
        words = re.match(r"[^\s()\[\]|]+ [^\s()\[\]|]+", text[start:].lstrip("([|"))
        shown = words[0] if words else found[0]
        raise PhraseRefused(
            f"write `{shown.replace(' ', chr(39))}` for `{shown}`: the apostrophe finds both."
        )


def _pattern(sequence: _Sequence, reader: Reader, *, is_before_word: bool = False) -> str:
    """The sequence; `is_before_word` where a word and no gap follows it."""
    pattern = ""
    for part in reversed(sequence):
        pattern = _pattern_of(part, reader, is_before_word) + pattern
        if not (isinstance(part, _Choice) and part.is_optional):
            is_before_word = not isinstance(part, _Gap)
    return pattern


def _pattern_of(part: _Part, reader: Reader, is_before_word: bool) -> str:
    if isinstance(part, _Gap):
        return r"(?:[a-z0-9]+ ){0,3}?"
    if isinstance(part, _Choice):
        options = "|".join(
            _pattern(option, reader, is_before_word=is_before_word) for option in part.options
        )
        return f"(?:{options})" + ("?" if part.is_optional else "")
    short = reader.short_form(part.text)
    if short and is_before_word and not part.has_any_ending:
        return f"(?:{part.text} |{short} ?)"
    spelled = part.text if part.has_any_ending else reader.spell_out(part.text)
    loose = _DOUBLED.sub(r"\1\1?", spelled).replace("'", " ?")
    return loose + ("[a-z0-9]* " if part.has_any_ending else " ")


def _check_can_match(phrase: Phrase, sequence: _Sequence, reader: Reader) -> None:
    """Every word of the phrase is found in a text that holds it as it is written."""
    for sample in _samples(sequence):
        read = reader.read(sample)
        if phrase.is_in(read):
            continue
        for word in sample.split():
            if not Phrase(word, phrase.language, _pattern((_Word(word, False),), reader)).is_in(
                reader.read(word)
            ):
                raise PhraseRefused(
                    f"`{word}` is always read as `{reader.read(word).strip()}`: write that."
                )
        raise PhraseRefused(f"this never matches: `{sample}` is read as `{read.strip()}`.")


def _samples(sequence: _Sequence) -> Iterator[str]:
    """Texts in which, together, every word of the phrase stands."""
    for place, part in enumerate(sequence):
        before, after = _shortest(sequence[:place]), _shortest(sequence[place + 1 :])
        if isinstance(part, _Word):
            yield f"{before} {part.text}{'x' * part.has_any_ending} {after}"
        elif isinstance(part, _Choice):
            for option in part.options:
                for sample in _samples(option):
                    yield f"{before} {sample} {after}"


def _shortest(sequence: _Sequence) -> str:
    words = []
    for part in sequence:
        if isinstance(part, _Word):
            words.append(part.text)
        elif isinstance(part, _Choice) and not part.is_optional:
            words.append(_shortest(part.options[0]))
    return " ".join(words)
