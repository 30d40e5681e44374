"""Numbers said in words, « cinq un quatre... » or "five one four...", alone or mixed with digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNITS = {
    word: str(value)
    for value, words in enumerate(
        (
            "zero oh nought",
            "un une one",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
        )
    )
    for word in words.split()
}
_TEENS = {
    word: str(value)
    for value, words in enumerate(
        (
            "dix ten",
            "onze eleven",
            "douze twelve",
            "treize thirteen",
            "quatorze fourteen",
            "quinze fifteen",
            "seize sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ),
        10,
    )
    for word in words.split()
}
_TENS = {
    word: value
    for value, words in enumerate(
        (
            "vingt twenty",
            "trente thirty",
            "quarante forty fourty",
            "cinquante fifty",
            "soixante sixty",
            "septante seventy",
            "huitante octante eighty",
            "nonante ninety",
        ),
        2,
    )
    for word in words.split()
}
_OTHERS = ("cent", "cents", "hundred", "double", "triple")
_WORD = "|".join(sorted([*_UNITS, *_TEENS, *_TENS, *_OTHERS], key=len, reverse=True))
_GAP = r"(?:[ .,\-]{1,3}(?:et |and )?)"
_RUN = re.compile(rf"\b(?:{_WORD}|\d{{1,4}})(?:{_GAP}(?:{_WORD}|\d{{1,4}}))+\b")
_TOKEN = re.compile(rf"{_WORD}|\d+")
_FEWEST_WORDS = 4
"""Words, not digits, that make a run a number said aloud."""


def spelled_numbers(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every number said in words; none that merely counts."""
    for match in _RUN.finditer(folded):
        tokens = _TOKEN.findall(match.group())
        if sum(not token.isdigit() for token in tokens) < _FEWEST_WORDS:
            continue
        digits = _as_digits(tokens)
        if not _is_counting(digits):
            yield match.start(), match.end(), digits


def _as_digits(tokens: list[str]) -> str:
    """The digits one would dial."""
    digits = ""
    place = 0
    while place < len(tokens):
        taken, said = _next(tokens[place : place + 4])
        digits += said
        place += taken
    return digits


def _next(tokens: list[str]) -> tuple[int, str]:
    """How many tokens make the next number, and its digits; 99 in French is four words."""
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else ""
    if first in ("double", "triple") and second in _UNITS:
        return 2, _UNITS[second] * (2 if first == "double" else 3)
    if first == "quatre" and second == "vingt":
        taken, said = _added("8", tokens[2:])
        return taken + 2, said
    if first in _TENS:
        taken, said = _added(str(_TENS[first]), tokens[1:])
        return taken + 1, said
    if first in _UNITS and second in ("cent", "cents", "hundred"):
        return 2, _UNITS[first] + ("" if len(tokens) > 2 else "00")
    if first in ("cent", "cents", "hundred"):
        return 1, "1"
    return 1, _UNITS.get(first) or _TEENS.get(first) or (first if first.isdigit() else "")


def _added(tens: str, tokens: list[str]) -> tuple[int, str]:
    """A ten and what is added to it: soixante *et onze*, twenty *three*."""
    if tokens and tokens[0] in _TEENS and tens in "68":
        return 1, str(int(tens) + 1) + _TEENS[tokens[0]][1]
    if tokens and tokens[0] in _UNITS and _UNITS[tokens[0]] != "0":
        return 1, tens + _UNITS[tokens[0]]
    return 0, tens + "0"


def _is_counting(digits: str) -> bool:
    """Whether the digits go one up or one down each time, as in counting."""
    return digits in "0123456789101112131415" or digits in "109876543210"
