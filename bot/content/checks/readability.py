"""How hard an answer is to read: LIX, by C. H. Björnsson (1968).

LIX is words per sentence, plus the share of words longer than six letters, in percent. Below 40 a
text is easy, from 40 to 50 standard, from 50 to 60 difficult.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.content.checks.files import LANGUAGES, Content
from bot.content.checks.problem import Problem

HARDEST = {"fr": 43, "en": 40}
"""Easy. French runs 3 points higher: newspapers had 55 where English ones had 52 (Björnsson, 1983,
"Readability of Newspapers in 11 Languages")."""
FEWEST_WORDS = 10
"""In a shorter text a single word decides."""
LONG = 6
SHOWN = 4
"""Words of a sentence by which staff find it."""
_SKIPPED = re.compile(
    r"""
    \S+@\S+                                   # an e-mail address
    | (?:https?://|www\.)\S*[^\s.,;:!?»”)]     # a web address
    | \b(?:[\w-]+\.)+[a-z]{2,}\b(?:/\S*[^\s.,;:!?»”)])?
    | \(?\b\d+\)?(?:[-. \u00a0]\d+){2,}        # a phone number: 9-8-8, 1 800 668-6868
    | \b\d{5,}\b                              # a number for text messages
    """,
    re.VERBOSE,
)
_END = re.compile(r"\n|[.!?…:]+[»”\")\u00a0 ]*(?=\s|$)")
_WORD = {
    "fr": re.compile(r"[^\W_]+"),  # l'accès is two words
    "en": re.compile(r"[^\W_]+(?:['’][^\W_]+)*"),  # don't is one
}


@dataclass(frozen=True)
class _Sentence:
    text: str
    words: list[str]


def check_readability(content: Content) -> Iterator[Problem]:
    """Warn of each answer that is hard to read, and say what makes it hard."""
    for id, language, text in answer_texts(content):
        sentences = _sentences(text, language)
        score = _lix(sentences)
        if len(_words(sentences)) >= FEWEST_WORDS and round(score) > HARDEST[language]:
            path = content.answer_path(id)
            sentence = (
                f"`{language}.text` has LIX {score:.0f}; {HARDEST[language]} at most: "
                f"{_advice(sentences)}"
            )
            yield Problem(path, content.line(path, language, "text"), sentence, "WARNING")


def answer_texts(content: Content) -> Iterator[tuple[str, str, str]]:
    """Id, language and text of each side of each answer."""
    for id, answer in content.answers.items():
        for language in LANGUAGES:
            side = answer.get(language)
            text = side.get("text") if isinstance(side, dict) else None
            if isinstance(text, str) and text.strip():
                yield id, language, text


def lix(text: str, language: str) -> float:
    """The LIX of a text; 0 if it has no word."""
    return _lix(_sentences(text, language))


def _sentences(text: str, language: str) -> list[_Sentence]:
    """The sentences that have words, addresses and phone numbers left out."""
    parts = _END.split(_SKIPPED.sub(" ", text))
    sentences = [_Sentence(part, _WORD[language].findall(part)) for part in parts]
    return [sentence for sentence in sentences if sentence.words]


def _words(sentences: Sequence[_Sentence]) -> list[str]:
    return [word for sentence in sentences for word in sentence.words]


def _lix(sentences: Sequence[_Sentence]) -> float:
    words = _words(sentences)
    if not words:
        return 0
    return len(words) / len(sentences) + 100 * sum(map(_is_long, words)) / len(words)


def _is_long(word: str) -> bool:
    return _letters(word) > LONG


def _letters(word: str) -> int:
    return sum(character.isalpha() for character in word)


def _advice(sentences: Sequence[_Sentence]) -> str:
    longest = max(sentences, key=lambda sentence: len(sentence.words))
    advice = f"shorten sentences (“{' '.join(longest.text.split()[:SHOWN])} …”)"
    words = dict.fromkeys(word for word in _words(sentences) if _is_long(word))
    if words:
        examples = sorted(words, key=_letters, reverse=True)[:2]
        advice += f" or swap long words, e.g. {', '.join(f'`{word}`' for word in examples)}"
    return f"{advice}."
