"""The phrases of `stories/safety/crisis.yml`: what they find in a message, and which of them did.

`safety.crisis` asks them about every message, `make check` about the examples of staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.content.library import LANGUAGES
from bot.content.phrase_grammar import Lists
from bot.content.phrases import Phrase, PhraseList, read_phrase
from bot.content.reading import Reader

PREFIX = "crisis_"
"""What answers to distress, and training examples of it, are named by."""
NOT_MEANT = "crisis_not_meant"
"""The answer to the button under every crisis answer that says so; it alarms nobody."""
SAFE_WORD_ANSWER = "crisis_distress"
"""What a safe word brings."""

Sides = Mapping[str, PhraseList]
"""The phrases of each language."""


@dataclass(frozen=True)
class Kind:
    """One kind of distress."""

    answer: str
    always: Sides
    """They alarm whatever else is said."""
    phrases: Sides
    """They give way when the classifier is sure of something harmless."""


@dataclass(frozen=True)
class Found:
    """What found distress in a message."""

    answer: str
    phrase: Phrase
    is_certain: bool


class CrisisPhrases:
    """Looks for distress in a message, read as each language in turn."""

    def __init__(
        self, readers: Mapping[str, Reader], kinds: Sequence[Kind], harmless: Sides, safe: Sides
    ) -> None:
        """Take the kinds with the gravest first."""
        self._readers = readers
        self._kinds = kinds
        self._harmless = harmless
        self._safe = safe
        self.answers = [kind.answer for kind in kinds]

    def certain(self, text: str) -> str | None:
        """The answer of the gravest kind with words that leave no doubt, or of a safe word."""
        return next((answer for answer, *_ in self._holding(text, only_certain=True)), None)

    def possible(self, text: str) -> str | None:
        """The answer of the gravest kind with any phrase, or of a safe word."""
        return next((answer for answer, *_ in self._holding(text)), None)

    def explain(self, text: str, *, only_certain: bool = False) -> Found | None:
        """What `certain` or `possible` found, and by which phrase; slower, for staff."""
        for answer, phrases, words, is_certain in self._holding(text, only_certain=only_certain):
            phrase = phrases.find(words)
            if phrase is not None:
                return Found(answer, phrase, is_certain)
        return None

    def without_harmless(self, text: str) -> str | None:
        """The text's plain words without what is listed as harmless; None where nothing is."""
        for language in LANGUAGES:
            words = self._readers[language].read(text)
            bare = self._harmless[language].take_out(words)
            if bare != words:
                return " ".join(bare.replace("|", " ").split())
        return None

    def _holding(
        self, text: str, *, only_certain: bool = False
    ) -> Iterator[tuple[str, PhraseList, str, bool]]:
        """The lists with a phrase in the text, the gravest first."""
        read = {language: self._readers[language].read(text) for language in LANGUAGES}
        for language, words in read.items():
            if self._safe[language].is_in(words):
                yield SAFE_WORD_ANSWER, self._safe[language], words, True
        bare = {language: self._harmless[language].take_out(read[language]) for language in read}
        for kind in self._kinds:
            for lists, is_certain in ((kind.always, True), (kind.phrases, False)):
                if only_certain and not is_certain:
                    continue
                for language, words in bare.items():
                    if lists[language].is_in(words):
                        yield kind.answer, lists[language], words, is_certain


def read_crisis_phrases(data: Mapping[str, Any]) -> CrisisPhrases:
    """The content of `stories/safety/crisis.yml`.

    Raises:
        PhraseRefused: a phrase is written wrongly; `make check` says in which line.
        ValueError: there is no kind of distress, so nothing would ever be found.
    """
    if not data["kinds"]:
        raise ValueError("it lists no kind of distress")
    sides = _SideReader(data)
    kinds = [
        Kind(
            answer=kind["answer"],
            always=sides.read(kind.get("always")),
            phrases=sides.read(kind),
        )
        for kind in data["kinds"]
    ]
    harmless, safe = sides.read(data.get("harmless")), sides.read(data.get("safe_words"))
    return CrisisPhrases(sides.readers, kinds, harmless, safe)


class _SideReader:
    """Reads both languages' sides of a part of the file."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.readers = {language: reader_for(data, language) for language in LANGUAGES}
        self._lists = {language: lists_of(data, language) for language in LANGUAGES}

    def read(self, sides: Mapping[str, Any] | None) -> Sides:
        return {
            language: PhraseList(
                (
                    read_phrase(text, reader, self._lists[language])
                    for text in (sides or {}).get(language) or ()
                ),
                language,
            )
            for language, reader in self.readers.items()
        }


def reader_for(data: Mapping[str, Any], language: str) -> Reader:
    """The reader of a language, with the spelling that staff listed for it."""
    listed = ((data.get("spelling") or {}).get(language) or {}).items()
    return Reader(language, {slip: words for words, slips in listed for slip in slips})


def lists_of(data: Mapping[str, Any], language: str) -> Lists:
    """The words that phrases of a language may name by `<name>`."""
    return (data.get("lists") or {}).get(language) or {}
