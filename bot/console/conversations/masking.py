"""Hides in what people wrote whatever could still tell who somebody is.

The record holds no names and numbers that the screen found when they were written. Staff who read
need not see the rest either: what the screen finds by today's rules, numbers, places, and words
with a capital that no answer of ours uses.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.console.conversations.search_words import fold, words_of
from bot.content.library import Library
from bot.content.yaml_files import read_yaml
from bot.safety.personal_data import PersonalData
from bot.safety.personal_data.lists import Lists, load_lists
from bot.store.sql.erasing import chunks

MOST_REMEMBERED = 5_000
"""Texts whose hidden stretches are kept, by the text's hash: a page is quick the next time."""
_NUMBER = re.compile(r"\d(?:[\d .,/:-]*\d)")
_MARK = re.compile(r"\[[^\[\]\n]{1,40}\]")
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;\n…]|\s[-–—])[\s\"'«»“”‘’()\[\]*_-]*\Z")
_BETWEEN = re.compile(r"[ '’-]{0,2}")

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text as it is shown."""

    kind: Literal["plain", "hidden", "found"]
    """`found` is a word that was searched for."""
    text: str


class Masking:
    """What to hide; built once by `load_masking`."""

    def __init__(
        self,
        personal_data: PersonalData,
        *,
        lists: Lists,
        places: Iterable[str],
        vocabulary: frozenset[str],
    ) -> None:
        """Take what is looked words up in.

        Args:
            personal_data: The screen.
            lists: Known names, and words that are none.
            places: Places, folded, in single words with a blank between.
            vocabulary: Folded words that say nothing about anybody.
        """
        self._personal_data = personal_data
        self._lists = lists
        self._vocabulary = vocabulary
        unusual = sorted(
            (place for place in places if not vocabulary.issuperset(place.split())),
            key=lambda place: (-len(place), place),
        )
        self._places = [
            re.compile(rf"\b(?:{'|'.join(re.escape(place) for place in some)})\b")
            for some in chunks(unusual)
        ]
        self._remembered: dict[bytes, tuple[Span, ...]] = {}

    def find(self, text: str) -> tuple[Span, ...]:
        """Where something is hidden: first and last place of each stretch, in order."""
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        spans = self._remembered.get(key)
        if spans is None:
            spans = tuple(_joined(self._all(text), text))
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = spans
        return spans

    def pieces(self, text: str, *, found: frozenset[str] = frozenset()) -> list[Piece]:
        """A text as it is shown; `found` are beginnings of words that were searched for."""
        pieces: list[Piece] = []
        place = 0
        for start, end in self.find(text):
            pieces += _marked(text[place:start], found)
            pieces.append(Piece("hidden", text[start:end]))
            place = end
        return [*pieces, *_marked(text[place:], found)]

    def _all(self, text: str) -> Iterator[Span]:
        for span in self._personal_data.find(text):
            yield span.start, span.end
        for number in _NUMBER.finditer(text):
            yield number.span()
        marks = [mark.span() for mark in _MARK.finditer(text)]
        for word in words_of(text):
            is_mark = any(start <= word.start() < end for start, end in marks)
            if not is_mark and self._is_telling(word, text):
                yield word.span()
        yield from self._named_places(text)

    def _is_telling(self, word: re.Match[str], text: str) -> bool:
        folded = fold(word[0])
        if len(folded) == 1 or not word[0].isalpha() or folded in self._vocabulary:
            return False
        is_name = folded in self._lists.first_names
        if folded in self._lists.ordinary_words:
            return is_name and word[0][0].isupper() and not _begins(word, text)
        if not word[0][0].isupper():
            return is_name
        return is_name or folded in self._lists.last_names or not _begins(word, text)

    def _named_places(self, text: str) -> Iterator[Span]:
        """Places in any spelling; sign by sign, so that their length is known."""
        words = words_of(text)
        plain = [fold(word[0]) for word in words]
        starts, length = [], 0
        for each in plain:
            starts.append(length)
            length += len(each) + 1
        joined = " ".join(plain)
        at = {start: n for n, start in enumerate(starts)}
        for pattern in self._places:
            for match in pattern.finditer(joined):
                first = at.get(match.start())
                if first is not None:
                    last = first + match[0].count(" ")
                    yield words[first].start(), words[last].end()


def load_masking(root: Path, library: Library, personal_data: PersonalData) -> Masking:
    """Read the lists in `stories/safety/` beside what is loaded already."""
    data: dict[str, Any] = read_yaml(root / "stories/safety/places.yml")
    places = {
        place
        for group in ("elsewhere", "canada")
        for names in data[group].values()
        for place in names
    }
    return Masking(
        personal_data,
        lists=load_lists(root),
        places=places,
        vocabulary=vocabulary_of(library),
    )


def vocabulary_of(library: Library) -> frozenset[str]:
    """Every word that we say ourselves, folded."""
    texts = [source.title for source in library.sources.values()]
    texts += [text for texts in library.words.values() for text in texts.values()]
    for answer in library.answers.values():
        for side in answer.languages.values():
            texts += [side.title, side.text, side.more]
    return frozenset(fold(word[0]) for text in texts for word in words_of(text))


def _begins(word: re.Match[str], text: str) -> bool:
    """Whether a word begins a sentence, where a capital says nothing."""
    return _ENDS_SENTENCE.search(text, max(word.start() - 12, 0), word.start()) is not None


def _joined(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """Spans in order; those that overlap, or that next to nothing parts, as one."""
    current: Span | None = None
    for start, end in sorted(spans):
        if current is None:
            current = (start, end)
        elif start <= current[1] or _BETWEEN.fullmatch(text, current[1], start):
            current = (current[0], max(end, current[1]))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _marked(text: str, found: frozenset[str]) -> Iterator[Piece]:
    place = 0
    for word in words_of(text) if found else ():
        if fold(word[0]).startswith(tuple(found)):
            if word.start() > place:
                yield Piece("plain", text[place : word.start()])
            yield Piece("found", word[0])
            place = word.end()
    if place < len(text):
        yield Piece("plain", text[place:])
