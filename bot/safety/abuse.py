"""Scores how much a view looks like abuse, to sort a moderator's list. It decides nothing.

A text is read twice: as it is written, and with what hides words undone. Each thing found adds to
the score of its kind, the next one less than the one before.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from bot.content.abuse_phrases import KINDS, LEVELS, AbusePhrases, read_abuse_phrases
from bot.content.plain_words import plain_words
from bot.content.yaml_files import read_yaml
from bot.errors import ContentInvalid

SURE, MAYBE = 0.9, 0.4
"""What one phrase of each level weighs, of a whole of 1."""
_WEIGHTS = {"sure": SURE, "maybe": MAYBE}
_FILE = "stories/safety/abuse.yml"
_CRISIS = "stories/safety/crisis.yml"
_MARKS = "stories/words/personal_data.yml"

SHOUTED_LETTERS = 20
SHOUTED_SHARE = 0.8
LONGEST_RUN = 8
"""The same sign so many times."""
REPEATED_WORDS = 8
DIFFERENT_SHARE = 0.4
"""Of so many words or more, so few are different."""
MOST_SIGNS = 8
"""Emoji and the like."""

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:t\.me|wa\.me|bit\.ly|goo\.gl|discord\.gg)\b"
    r"|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}\.(?:com|net|org|info|biz|shop|store|xyz|io|ru)\b",
    re.IGNORECASE,
)
_HOST = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_RUN = re.compile(rf"(\S)\1{{{LONGEST_RUN - 1},}}")
_ORDINARY_SIGNS = re.compile(r"[\w\s.,;:!?'’\"«»“”()\[\]…%$&/–—-]")
_LOOK_ALIKES = str.maketrans("0134578@$!€|", "oieastbasiel")
_DISGUISED = re.compile(r"(?=.*[a-z])(?=.*[0134578@$!€|]).+", re.IGNORECASE)
_STARRED = re.compile(r"(?=(?:.*[a-z]){2})[a-z*]*\*[a-z*]*", re.IGNORECASE)
_AROUND = ".,;:!?()\"'«»"
_SPACED = re.compile(r"\b[a-z0-9](?: [a-z0-9]){2,}\b")
_NEVER_DOUBLED = re.compile(r"([aiukyhjqvwxz])\1+", re.IGNORECASE)
"""Letters that hardly a French or English word has twice in a row."""


class AbuseScores:
    """What `stories/safety/abuse.yml` makes of a view."""

    def __init__(self, phrases: AbusePhrases, marks: Mapping[str, Mapping[str, str]]) -> None:
        """Take the phrases, and the marks that stand for personal data, by kind and language."""
        self._phrases = phrases
        self._marks = {kind: tuple(marks[kind].values()) for kind in phrases.marks}
        ordered = sorted(phrases.disguised, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered)) or r"(?!)")

    def score(self, text: str, language: str) -> dict[str, float]:
        """How much the text looks like each of `KINDS`, from 0 to 1.

        Args:
            text: With personal data taken out.
            language: What it is written in, "fr" or "en".
        """
        readings = self._readings(text)
        words = {
            spoken: [phrases.read(reading) for reading in readings]
            for spoken, phrases in self._phrases.languages.items()
        }
        weights = {kind: [*self._found(kind, words, language)] for kind in KINDS}
        weights["spam"] += self._spam(text)
        weights["doxxing"] += [
            MAYBE for marks in self._marks.values() if any(mark in text for mark in marks)
        ]
        return {kind: _together(each) for kind, each in weights.items()}

    def _found(self, kind: str, words: Mapping[str, list[str]], language: str) -> Iterator[float]:
        """The weight of each phrase found; of the other language only sure ones, as a doubt."""
        for spoken, phrases in self._phrases.languages.items():
            for level in LEVELS if spoken == language else LEVELS[:1]:
                found = {one for each in words[spoken] for one in phrases.find(kind, level, each)}
                yield from [_WEIGHTS[level] if spoken == language else MAYBE] * len(found)

    # --- What hides words -------------------------------------------------------------------------

    def _readings(self, text: str) -> tuple[str, ...]:
        """The text as it is, and undisguised where that is another."""
        for sign, words in self._phrases.signs.items():
            text = re.sub(re.escape(sign), f" {words} ", text, flags=re.IGNORECASE)
        text = _NEVER_DOUBLED.sub(r"\1", text)
        bare = " ".join(self._undisguised(word) for word in text.split())
        bare = _SPACED.sub(self._joined, plain_words(bare))
        return tuple(dict.fromkeys((plain_words(text), bare)))

    def _undisguised(self, word: str) -> str:
        """`c0nn4rd` and `c*nnard` as the word they look like."""
        core = word.strip(_AROUND)
        if _STARRED.fullmatch(core):
            return self._unstarred(core.lower()) or word
        return core.translate(_LOOK_ALIKES) if _DISGUISED.fullmatch(core) else word

    def _unstarred(self, word: str) -> str | None:
        shape = re.compile(word.replace("*", "[a-z]") + "s?")
        return next((known for known in self._phrases.disguised if shape.fullmatch(known)), None)

    def _joined(self, letters: re.Match[str]) -> str:
        """`f u c k y o u` as the words it is made of, else as one word."""
        word = letters[0].replace(" ", "")
        parts: list[str] = self._known.findall(word)
        return " ".join(parts) if "".join(parts) == word else word

    # --- Advertisement and noise ------------------------------------------------------------------

    def _spam(self, text: str) -> list[float]:
        """A weight for each link and each kind of noise."""
        words = plain_words(text).split()
        letters = [letter for letter in _LINK.sub("", text) if letter.isalpha()]
        shouted = sum(letter.isupper() for letter in letters)
        signs = [
            len(letters) >= SHOUTED_LETTERS and shouted >= SHOUTED_SHARE * len(letters),
            _RUN.search(text) is not None,
            len(_ORDINARY_SIGNS.sub("", text)) >= MOST_SIGNS,
        ]
        found = [MAYBE] * (len({*self._links(text)}) + sum(signs))
        if len(words) >= REPEATED_WORDS and len(Counter(words)) <= DIFFERENT_SHARE * len(words):
            found.append(SURE)
        return found

    def _links(self, text: str) -> Iterator[str]:
        for link in _LINK.findall(text):
            host = _HOST.sub("", link).lower().partition("/")[0].rstrip(_AROUND)
            if not any(
                host == site or host.endswith(f".{site}") for site in self._phrases.known_sites
            ):
                yield host


def load_abuse_scores(root: Path) -> AbuseScores:
    """Read `stories/safety/abuse.yml`, the slips of `crisis.yml` and the marks of personal data.

    Raises:
        ContentInvalid: it cannot be used; `make check` says why, line by line.
    """
    try:
        phrases = read_abuse_phrases(read_yaml(root / _FILE), read_yaml(root / _CRISIS))
        return AbuseScores(phrases, read_yaml(root / _MARKS))
    except (OSError, KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        problem = f"[ERROR] {_FILE}: it cannot be loaded ({error}); run `make check`."
        raise ContentInvalid([problem]) from error


def _together(weights: Iterable[float]) -> float:
    return round(1 - math.prod(1 - weight for weight in weights), 2)
