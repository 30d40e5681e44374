"""Reads a message as French or as English: one spelling for all the ways young people write a word.

Phrases are looked for in what comes out. The reading never changes the words of a message anywhere
else, and each language has its own: `suit` and `person` are slips in one and words in the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.content.plain_words import plain_words

FRENCH = "fr"
_WITH_SHORT_FORM = "je me te se le de ne que"
_BEFORE_VOWELS = "d j l m n s t qu jusqu lorsqu puisqu quelqu"
_VOWELS = tuple("aeiouyh")

_DIGIT_INSIDE = re.compile(r"[a-z][0134578][a-z]")
_SHORTEST_DISGUISE = 5
_LETTERS = str.maketrans("0134578", "oieastb")

_NEGATED = "do does did is are was were have has had could would should must need"
_SHORTENED = {
    "'s is": "he she it that there here what who someone somebody everyone everybody nobody",
    "'re are": "you we they",
    "'ve have": "i you we they",
    "'ll will": "i you he she it we they",
    "'d would": "i you he she we they",
}
_ANOTHER_WORD_WITHOUT_APOSTROPHE = ("she'll", "she'd", "we're", "we'll", "we'd")


def _contractions() -> dict[str, str]:
    """English contractions, with and without their apostrophe, and what they stand for."""
    full = {"can't": "can not", "cannot": "can not", "won't": "will not", "i'm": "i am"}
    full |= {f"{verb}n't": f"{verb} not" for verb in _NEGATED.split()}
    for ending, words in _SHORTENED.items():
        short, whole = ending.split()
        full |= {f"{word}{short}": f"{word} {whole}" for word in words.split()}
    bare = {
        short.replace("'", ""): words
        for short, words in full.items()
        if short not in _ANOTHER_WORD_WITHOUT_APOSTROPHE
    }
    return full | bare


_CONTRACTIONS = _contractions()


class Reader:
    """Reads texts as one language."""

    def __init__(self, language: str, spelling: Mapping[str, str] | None = None) -> None:
        """Take a language and what to read for each slip or shortened word."""
        self.language = language
        self._spelling = {
            slip: " ".join(self.spell_out(word) for word in words.split()).replace("'", " ")
            for slip, words in (spelling or {}).items()
        }

    def read(self, text: str) -> str:
        """The text's words in plain spelling, a blank after each."""
        words = [_with_letters(word) for word in plain_words(text).split()]
        read = self._read_french(words) if self.language == FRENCH else self._read_english(words)
        return "".join(f"{word} " for word in read)

    def spell_out(self, word: str) -> str:
        """A word of a phrase as it stands in a text that was read; `'` where a blank may be."""
        return word if self.language == FRENCH else _CONTRACTIONS.get(word, word)

    def short_form(self, word: str) -> str | None:
        """What is left of a word before another: j' of je, which is written j or glued as well."""
        is_shortened = self.language == FRENCH and word in _WITH_SHORT_FORM.split()
        return word[:-1] if is_shortened else None

    def _read_french(self, words: list[str]) -> list[str]:
        """The letter of `j'ai` is no `j` for `je`, even where the apostrophe is missing."""
        return [
            word if _is_elided(word, following) else self._spelling.get(word, word)
            for word, following in zip(words, [*words[1:], ""])
        ]

    def _read_english(self, words: list[str]) -> list[str]:
        read: list[str] = []
        place = 0
        while place < len(words):
            pair = "'".join(words[place : place + 2])
            if pair in _CONTRACTIONS and pair != words[place]:
                read.append(_CONTRACTIONS[pair])
                place += 2
                continue
            word = words[place]
            read.append(self._spelling.get(word) or _CONTRACTIONS.get(word, word))
            place += 1
        return read


def _with_letters(word: str) -> str:
    """A word whose letters are dressed up as digits to slip by a filter: su1c1de, m0urir."""
    is_disguise = len(word) >= _SHORTEST_DISGUISE and _DIGIT_INSIDE.search(word)
    return word.translate(_LETTERS) if is_disguise and not word[0].isdigit() else word


def _is_elided(word: str, following: str) -> bool:
    if word == "c":
        return following.startswith(("a", "e"))
    return word in _BEFORE_VOWELS.split() and following.startswith(_VOWELS)
