"""The phrases of `stories/safety/abuse.yml`: what they find in a text, kind by kind.

`safety.abuse` scores views with them, `make check` reads them for mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.crisis_phrases import lists_of, reader_for
from bot.content.library import LANGUAGES
from bot.content.phrase_grammar import Choice, Parts, Word, parse
from bot.content.phrases import PhraseList, read_phrase
from bot.content.reading import Reader

KINDS = ("insult", "hate", "sexual", "spam", "doxxing")
LEVELS = ("sure", "maybe")
"""Phrases that nobody means well, and those that some do."""
DISGUISED = ("insult", "hate", "sexual")
"""Kinds whose words people disguise."""


@dataclass(frozen=True)
class LanguagePhrases:
    """The phrases of one language."""

    reader: Reader
    harmless: tuple[PhraseList, ...]
    """Of every language: an English slur is found in French texts, and in what they say of it."""
    kinds: Mapping[str, Mapping[str, PhraseList]]
    """By kind, then by level."""

    def read(self, text: str) -> str:
        """The words of a text, without what is harmless."""
        words = self.reader.read(text)
        for harmless in self.harmless:
            words = harmless.take_out(words)
        return words

    def find(self, kind: str, level: str, words: str) -> set[str]:
        """What each phrase that stands in such words looks for."""
        phrases = self.kinds[kind][level]
        if not phrases.is_in(words):
            return set()
        return {phrase.pattern for phrase in phrases.phrases if phrase.is_in(words)}


@dataclass(frozen=True)
class AbusePhrases:
    """The whole file.

    Attributes:
        languages: The phrases of each.
        signs: What to read for an emoji or a starred-out word.
        known_sites: Addresses that are no advertisement.
        marks: Kinds of personal data whose mark in a text may tell where somebody is found.
        disguised: The words that people disguise, most telling first.
    """

    languages: Mapping[str, LanguagePhrases]
    signs: Mapping[str, str]
    known_sites: tuple[str, ...]
    marks: tuple[str, ...]
    disguised: tuple[str, ...]


def read_abuse_phrases(data: Mapping[str, Any], crisis: Mapping[str, Any]) -> AbusePhrases:
    """The content of `stories/safety/abuse.yml`; slips are read as `crisis.yml` lists them.

    Raises:
        PhraseRefused: a phrase is written wrongly; `make check` says in which line.
    """
    readers = {language: reader_for(crisis, language) for language in LANGUAGES}
    harmless = tuple(_phrases(data, data["harmless"], reader) for reader in readers.values())
    return AbusePhrases(
        languages={
            language: LanguagePhrases(reader, harmless, _kinds(data, reader))
            for language, reader in readers.items()
        },
        signs=dict(data["signs"]),
        known_sites=tuple(data["known_sites"]),
        marks=tuple(data["marks"]),
        disguised=tuple(dict.fromkeys(_disguised(data))),
    )


def _kinds(data: Mapping[str, Any], reader: Reader) -> dict[str, dict[str, PhraseList]]:
    return {
        kind: {level: _phrases(data, data["kinds"][kind][level], reader) for level in LEVELS}
        for kind in KINDS
    }


def _phrases(data: Mapping[str, Any], sides: Mapping[str, Any], reader: Reader) -> PhraseList:
    lists, texts = lists_of(data, reader.language), sides[reader.language]
    return PhraseList((read_phrase(text, reader, lists) for text in texts), reader.language)


def _disguised(data: Mapping[str, Any]) -> Iterator[str]:
    for level in LEVELS:
        for kind in DISGUISED:
            for language, texts in data["kinds"][kind][level].items():
                for text in texts:
                    yield from _words(parse(text, lists_of(data, language)))


def _words(parts: Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Word):
            yield part.text
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _words(option)
