"""Street addresses, boxes and rural routes, as French and English write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "address"
_CIVIC = r"(?<![\w$€%.,/:#-])(?:(?:apt|app|unit|suite|#) ?#?\d{1,5}[a-z]?[ ,-]{1,3})?\d{1,6}[a-z]?(?: ?- ?\d{1,5})?(?: 1/2)?"
_UNIT = (
    r"(?:,? ?(?:\(?(?:app(?:t|artement)?|apt|apartment|unit|unite|suite|bureau|local|logement|chambre|room"
    r"|porte|etage|ste)\.? ?(?:no\.? ?)?|#) ?[a-z]?-?\d{0,5}[a-z]?\)?)?"
)
_COMPASS_FR = r"(?: (?:ouest|est|nord|sud|[oens])\b\.?)?"
_COMPASS = r"(?: (?:west|east|north|south|[nsew]|nw|ne|sw|se)\b\.?)?"

_FRENCH_STREET = (
    r"(?:rues?|avenue|ave|av|boulevard|boul|blvd|bd|chemin|ch|rang|allee|impasse|imp|croissant|montee|ruelle|rte)"
)
_FRENCH_PLACE = r"(?:place|pl|route|cote|cours|carre|square|quai|passage|terrasse|promenade|voie|parc|autoroute)"
"""Words of the street that are also words of the day: they need a name with a capital."""
_LINKS = (
    r"(?:(?:de la|de|du|des|la|le|les|au|aux|et|en|sur|sous|saint|sainte|st|ste|notre|mgr|dr|general)[ -]"
    r"|(?:de )?[dl]')"
)
_FRENCH = re.compile(
    rf"{_CIVIC},? (?:{_FRENCH_STREET}|({_FRENCH_PLACE}))\b\.? {_LINKS}{{0,4}}(\w[\w'.-]*)"
)
_FRENCH_ORDINAL = re.compile(
    rf"{_CIVIC},? \d{{1,3}} ?(?:e|er|re|eme|ieme|ere)\.? (?:rue|avenue|ave|av|rang|boulevard)\b\.?"
)
_ENGLISH_STREET = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|crescent|cres|parkway|pkwy|terrace|highway|hwy|laneway)"
)
_ENGLISH_PLACE = (
    r"(?:drive|dr|lane|ln|court|crt|ct|place|pl|way|circle|cir|trail|trl|square|sq|close|gate|grove|heights"
    r"|hill|row|path|mews|line|concession|sideroad|landing|common|ridge|run|bay|cove|point|park|walk|green"
    r"|manor|gardens|view|crossing|loop)"
)
_ENGLISH = re.compile(
    rf"{_CIVIC},? (?:(?:n|s|e|w|north|south|east|west)\.? )?"
    rf"((?:\w[\w'.-]* ){{1,3}}?)(?:{_ENGLISH_STREET}|({_ENGLISH_PLACE}))\b\.?"
    rf"(?: (?:{_ENGLISH_STREET}|drive|dr)\b\.?)?{_COMPASS}"
)
_ENGLISH_NUMBERED = re.compile(
    rf"{_CIVIC},? (?:highway|hwy|route|rte|county road|cr|range road|rr|township road|twp rd|line|concession)"
    r"\.? \d{1,4}[a-z]?\b"
)
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post office box|postal box|case postale|c\.? ?p\.?|boite postale|b\.? ?p\.?|casier postal)"
    r" ?(?:no\.?|n°|#|:)? ?\d{1,6}(?!\w)(?:,? succ(?:ursale|\.)? [\w-]+| stn [\w-]+)?"
)
_RURAL = re.compile(
    r"(?:\b(?:site|box|comp|group) \d+,? ){0,3}\b(?:r\.?r\.?|rural route|route rurale) ?(?:no\.?|n°|#)? ?\d{1,3}(?!\w)"
    r"(?:,? (?:site|box|comp) \d+){0,3}"
)
_LIVES = (
    r"\b(?:(?:j'?|je |on |il |elle |ils |nous )?(?:habit(?:e|ons|ent)|reste|vis|demeure|jhabite|jreste)"
    r"|demenage|(?:i |we |he |she |they |i'm |im )?(?:live|lives|living|stay|staying|moved|moving)"
    r"|(?:mon|ma|notre|son|sa|my|our|his|her) (?:(?:home|mailing|new|nouvelle) )?"
    r"(?:adresse|address|house|home|place|maison|appart)"
    r"|home address|adresse|address)(?: postale| actuelle| complete)?"
    r"(?: is| est| c'est|,| ?:| at| au| a|'s| to| in| dans le| sur le| on| the| le)* "
)
_LIVES_AT = re.compile(rf"{_LIVES}(?=\d)")
_LIVES_HERE = re.compile(rf"{_LIVES}\Z")
_BARE = re.compile(r"(\d{1,6}[a-z]?(?:-\d{1,5})?),? ((?:(?:de|du|des|la|le|saint|sainte|st|ste)[ -]){0,3})([^\W\d][\w'.-]+)")
_MORE_NAME = re.compile(r"(?:[ -](?:de la |de l'|de |du |des |d'|the )?[^\W\d_][\w'.-]*)")
_MOST_MORE = 3
_TAIL = re.compile(rf"{_COMPASS_FR}{_COMPASS}{_UNIT}")
_NOT_STREETS = frozenset(
    "minute minutes min mins heure heures hour hours hr hrs h km kms metre metres m pas jour jours day days"
    " week weeks semaine semaines mois month months an ans year years yrs yo eme ieme e er re st nd rd th"
    " am pm block blocks coin coins etage etages floor floors people personnes kids enfants blocs pieces"
    " different differents places endroits pieds ft feet km/h fois times am. pm. percent pour kilometres bedroom bathroom story storey person man star seat car".split()
)
_FEWEST_CIVIC = 3
"""Digits from which a number before a lower-case word is a house's, when one says where one lives."""


def find_addresses(message: Message, lists: Lists) -> Iterator[Span]:
    """Every address that a letter would reach."""
    folded = message.folded
    if not message.digits:
        return
    for start, end in _places(message, lists):
        end = _TAIL.match(folded, end).end()  # type: ignore[union-attr]  # it matches nothing too
        if not lists.public.has_address(folded[start:end]):
            yield Span(start, end, KIND)


def _places(message: Message, lists: Lists) -> Iterator[tuple[int, int]]:
    folded = message.folded
    yield from _french(message, lists)
    yield from _english(message, lists)
    for pattern in (_FRENCH_ORDINAL, _ENGLISH_NUMBERED, _BOX, _RURAL):
        for match in pattern.finditer(folded):
            yield match.span()
    for lives in _LIVES_AT.finditer(folded):
        bare = _BARE.match(folded, lives.end())
        if bare and _is_house(message, lists, bare):
            yield bare.start(), _end_of_name(message, lists, bare.end())


def _french(message: Message, lists: Lists) -> Iterator[tuple[int, int]]:
    for match in _FRENCH.finditer(message.folded):
        place, name = match[1], match[2]
        if _is_capital(message, match.start(2)) or not (place or name in lists.ordinary_words):
            yield match.start(), _end_of_name(message, lists, match.end())
        elif not place and name not in _NOT_STREETS and _lives_before(message, match.start()):
            yield match.span()


def _english(message: Message, lists: Lists) -> Iterator[tuple[int, int]]:
    for match in _ENGLISH.finditer(message.folded):
        words, place = match[1].split(), match[2]
        if any(word in _NOT_STREETS for word in words):
            continue
        is_capital = _is_capital(message, match.start(1))
        is_named = not place and _are_street_words(words, lists)
        is_strange = not any(word in lists.ordinary_words for word in words)
        is_house = (is_named or is_strange) and not _YEAR.match(match.group())
        if is_capital or is_house or _lives_before(message, match.start()):
            yield match.span()


_YEAR = re.compile(r"(?:19|20)\d\d\b")
_STREET_WORDS = frozenset(
    "main first second third fourth fifth sixth seventh eighth ninth tenth park church king queen victoria"
    " high school station water bay front elm oak maple pine cedar birch spruce willow river lake hill"
    " college university prince princess duke george st saint north south east west new old mill bridge"
    " albert wellington bank rose spring sunset forest garden union market dundas bloor yonge centre center"
    " 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th".split()
)


def _are_street_words(words: list[str], lists: Lists) -> bool:
    return all(word in _STREET_WORDS or word not in lists.ordinary_words for word in words)


def _is_house(message: Message, lists: Lists, bare: re.Match[str]) -> bool:
    name = bare[3]
    if name in _NOT_STREETS or bare[3].rstrip("s.") in _NOT_STREETS:
        return False
    digits = sum(character.isdigit() for character in bare[1])
    is_house = digits >= _FEWEST_CIVIC and name not in lists.ordinary_words
    return is_house or _is_capital(message, bare.start(3)) or (digits >= _FEWEST_CIVIC and bool(bare[2]))


def _end_of_name(message: Message, lists: Lists, end: int) -> int:
    """Where a street's name ends: its first word, and those after it with a capital."""
    for _ in range(_MOST_MORE):
        more = _MORE_NAME.match(message.folded, end)
        if more is None:
            break
        word = more.group().split()[-1] if more.group().split() else ""
        start = more.end() - len(word)
        if not _is_capital(message, start) or word in lists.ordinary_words:
            break
        end = more.end()
    return end


def _is_capital(message: Message, place: int) -> bool:
    return message.text[place : place + 1].isupper()


def _lives_before(message: Message, place: int) -> bool:
    return _LIVES_HERE.search(message.folded[max(0, place - 60) : place]) is not None
