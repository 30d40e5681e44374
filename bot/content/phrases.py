"""Phrases that staff write to recognise what a person types, whatever its spelling.

    envie de (mourir|me tuer)   one of these groups of words
    je veux [vraiment] mourir   with or without these words
    veux|voudrais mourir        either word; single words only
    veux * mourir               up to three words between
    menac~                      any ending
    <family> me frappe          any of the words or groups of words listed as `family`

Lower case, no accents. An apostrophe finds all ways to write it: `don't` also dont, don t and do
not; `j'en` also jen and j en. So do French words that lose their vowel: `je` before a word also
finds j' and j. A doubled letter also finds the single one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.content.phrase_grammar import Choice, Gap, Lists, Part, Parts, PhraseRefused, Word, parse
from bot.content.reading import Reader

_GAP = r"(?:[a-z0-9]+ ){0,3}?"
_ENDING = "[a-z0-9]*"
_DOUBLED = re.compile(r"([a-z])\1")
_TORN = {
    "fr": re.compile(r"(?<![^\s(\[|])(?:[cdjlmnst]|[a-z]*qu) [aeiouyh][a-z]*"),
    "en": re.compile(r"[a-z]+ (?:s|t|m|ll|re|ve|d)(?![^\s)\]|])"),
}
"""Words whose apostrophe was written as a blank."""
_BEGINNING = {
    "fr": r"(?:\b|(?<=\bqu)|(?<=\b[cdjlmnst]))",  # jveux, lenvie, quon: no apostrophe
    "en": r"\b",
}


@dataclass(frozen=True)
class Phrase:
    """One phrase of one language, as written and as it is looked for."""

    text: str
    language: str
    pattern: str
    """Two phrases with the same one find the same."""
    samples: tuple[str, ...] = field(compare=False)
    """Texts in which, together, every word of the phrase stands."""

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
    parts = parse(text, lists or {})
    torn = _TORN[reader.language].search(text)
    if torn:
        whole = torn[0].replace(" ", "'")
        raise PhraseRefused(f"write `{whole}` for `{torn[0]}`: the apostrophe finds both.")
    pattern, samples = _pattern(parts, reader), tuple(_samples(parts))
    phrase = Phrase(text, reader.language, pattern, samples)
    _check_can_match(phrase, reader)
    return phrase


def _pattern(parts: Parts, reader: Reader, *, is_before_word: bool = False) -> str:
    """What finds the parts; `is_before_word` where no gap follows them."""
    pattern = ""
    for part in reversed(parts):
        pattern = _pattern_of(part, reader, is_before_word) + pattern
        if not (isinstance(part, Choice) and part.is_optional):
            is_before_word = not isinstance(part, Gap)
    return pattern


def _pattern_of(part: Part, reader: Reader, is_before_word: bool) -> str:
    if isinstance(part, Gap):
        return _GAP
    if isinstance(part, Choice):
        options = (_pattern(one, reader, is_before_word=is_before_word) for one in part.options)
        return f"(?:{'|'.join(options)})" + ("?" if part.is_optional else "")
    if part.has_any_ending:
        return _loose(part.text) + _ENDING + " "
    short = reader.short_form(part.text)
    if short and is_before_word:
        return f"(?:{part.text} |{short} ?)"
    return _loose(reader.spell_out(part.text)) + " "


def _loose(word: str) -> str:
    """The word with or without its apostrophes and doubled letters."""
    return _DOUBLED.sub(r"\1\1?", word).replace("'", " ?")


def _check_can_match(phrase: Phrase, reader: Reader) -> None:
    """Every word of the phrase can be found in a text, as it is written."""
    for sample in phrase.samples:
        read = reader.read(sample)
        if phrase.is_in(read):
            continue
        for word in sample.split():
            instead = reader.read(word).strip()
            if not re.search(_loose(reader.spell_out(word)), instead):
                raise PhraseRefused(f"`{word}` is always read as `{instead}`: write that.")
        raise PhraseRefused(f"this never matches: `{sample}` is read as `{read.strip()}`.")


def _samples(parts: Parts) -> Iterator[str]:
    for place, part in enumerate(parts):
        before, after = _shortest(parts[:place]), _shortest(parts[place + 1 :])
        if isinstance(part, Word):
            yield " ".join([*before, part.text + "x" * part.has_any_ending, *after])
        elif isinstance(part, Choice):
            for option in part.options:
                for sample in _samples(option):
                    yield " ".join([*before, sample, *after])


def _shortest(parts: Parts) -> list[str]:
    """The words of the shortest text that the parts find."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, Word):
            words.append(part.text)
        elif isinstance(part, Choice) and not part.is_optional:
            words += _shortest(part.options[0])
    return words
