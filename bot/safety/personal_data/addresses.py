"""Street addresses, boxes and rural routes, as French and English write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data import street_words as streets
from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import end_of
from bot.safety.personal_data.spans import Span

KIND = "address"
_MOST_MORE = 3
_REACH = 60
_FEWEST_CIVIC = 3
"""Digits from which a number before a word in lower case is that of a house."""

_Place = tuple[int, int]


def find_addresses(message: Message, lists: Lists) -> Iterator[Span]:
    """Every address that a letter would reach."""
    if not message.digits:
        return
    for start, end in sorted(_places(message, lists), key=_length, reverse=True):
        end = end_of(streets.TAIL, message.folded, end)
        if not lists.public.has_address(message.folded[start:end]):
            yield Span(start, end, KIND)


def _length(place: _Place) -> int:
    return place[1] - place[0]


def _places(message: Message, lists: Lists) -> Iterator[_Place]:
    yield from _french(message, lists)
    yield from _english(message, lists)
    yield from _english_bare(message)
    yield from _where_one_lives(message, lists)
    for pattern in (
        streets.FRENCH_ORDINAL,
        streets.NUMBERED_ROAD,
        streets.BOX,
        streets.RURAL_ROUTE,
    ):
        for match in pattern.finditer(message.folded):
            yield match.span()


def _french(message: Message, lists: Lists) -> Iterator[_Place]:
    """123, rue Saint-Denis; with a name that is a word, only where one lives: 12 rue principale."""
    for match in streets.FRENCH.finditer(message.folded):
        name, is_place = match["name"], match["place"] is not None
        is_capital = _is_capital(message, match.start("name"))
        if is_capital or not (is_place or name in lists.ordinary_words):
            yield match.start(), _end_of_name(message, lists, match.end())
        elif not is_place and name not in streets.NOT_STREETS and _lives(message, match.start()):
            yield match.span()


def _english(message: Message, lists: Lists) -> Iterator[_Place]:
    """123 Main Street; a 2 way street, a 15 minute drive are none."""
    for match in streets.ENGLISH.finditer(message.folded):
        names, is_place = match["names"].split(), match["place"] is not None
        if any(name in streets.NOT_STREETS or name in streets.SMALL_WORDS for name in names):
            continue
        is_capital = _is_capital(message, match.start("names"))
        is_house = not streets.YEAR.match(match.group()) and _are_names(
            names, lists, civic=match.group().split()[0], is_place=is_place
        )
        if is_capital or is_house or _lives(message, match.start()):
            yield match.span()


def _are_names(names: list[str], lists: Lists, *, civic: str, is_place: bool) -> bool:
    """Whether words in lower case are likelier the name of a street than anything else."""
    strange = [name not in lists.ordinary_words for name in names]
    if all(strange) or is_place:
        return all(strange)
    is_long = len(civic) >= _FEWEST_CIVIC and len(names) == 1
    return is_long or all(
        name in streets.STREET_NAMES or is_strange for name, is_strange in zip(names, strange)
    )


def _english_bare(message: Message) -> Iterator[_Place]:
    """5678 Dundas W, with all its capitals."""
    for match in streets.ENGLISH_BARE.finditer(message.folded):
        text = message.text[match.start() : match.end()]
        is_counted = any(name in streets.NOT_STREETS for name in match["names"].split())
        has_capitals = all(word[:1].isupper() for word in text.split()[1:])
        if has_capitals and not is_counted and not streets.YEAR.match(text):
            yield match.span()


def _where_one_lives(message: Message, lists: Lists) -> Iterator[_Place]:
    for lives in streets.LIVES_AT_NUMBER.finditer(message.folded):
        house = streets.HOUSE.match(message.folded, lives.end())
        if house and _is_house(message, lists, house):
            yield house.start(), _end_of_name(message, lists, house.end())


def _is_house(message: Message, lists: Lists, house: re.Match[str]) -> bool:
    """Whether a number and a word are a house rather than so many minutes."""
    name = house["name"]
    if name in streets.NOT_STREETS:
        return False
    if _is_capital(message, house.start("name")):
        return True
    digits = sum(character.isdigit() for character in house["number"])
    is_named = bool(house["links"]) or name not in lists.ordinary_words
    return digits >= _FEWEST_CIVIC and is_named


def _end_of_name(message: Message, lists: Lists, end: int) -> int:
    """Where a street's name ends: its first word, and those after it with a capital."""
    for _ in range(_MOST_MORE):
        more = streets.MORE_NAME.match(message.folded, end)
        if more is None or more["word"] in lists.ordinary_words:
            break
        if not _is_capital(message, more.start("word")):
            break
        end = more.end()
    return end


def _is_capital(message: Message, place: int) -> bool:
    return message.text[place : place + 1].isupper()


def _lives(message: Message, place: int) -> bool:
    """Whether somebody says just before that they live there."""
    before = message.folded[max(0, place - _REACH) : place]
    return streets.LIVES_HERE.search(before) is not None
