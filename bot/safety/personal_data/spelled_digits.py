"""Numbers said in words, « cinq un quatre » or "five one four", alone or mixed with digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.safety.personal_data.patterns import one_of


def _numbered(names: Sequence[str], first: int) -> dict[str, str]:
    """Each name of each number, and the number; one text holds all names of one number."""
    return {name: str(n) for n, text in enumerate(names, first) for name in text.split()}


_UNITS = _numbered(
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
    ),
    0,
)
_TEENS = _numbered(
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
_TENS = _numbered(
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
_HUNDRED = ("cent", "cents", "hundred")
_REPEATED = {"double": 2, "triple": 3}
_ALL = sorted([*_UNITS, *_TEENS, *_TENS, *_HUNDRED, *_REPEATED], key=len, reverse=True)
_WORD = one_of(" ".join(_ALL))
_GAP = r"(?:[ .,()\-]{1,3}(?:et |and )?)"
_RUN = re.compile(rf"\b(?:{_WORD}|\d{{1,4}})(?:{_GAP}(?:{_WORD}|\d{{1,4}}))+\b")
_TOKEN = re.compile(rf"{_WORD}|\d+")
_FEWEST_WORDS = 3
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
    if first in _REPEATED and second in _UNITS:
        return 2, _UNITS[second] * _REPEATED[first]
    if first == "quatre" and second == "vingt":
        taken, said = _added("8", tokens[2:])
        return taken + 2, said
    if first in _TENS:
        taken, said = _added(_TENS[first], tokens[1:])
        return taken + 1, said
    if first in _UNITS and second in _HUNDRED:
        return 2, _UNITS[first] + ("" if len(tokens) > 2 else "00")
    if first in _HUNDRED:
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
