"""E-mail addresses, also spelled out: « lea point tremblay arobase gmail point com »."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "email"
_MAIL = (
    r"(?:g ?-?mail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|proton(?:mail)?|gmx"
    r"|fastmail|tutanota|laposte)"
)
"""Those who do little else than mail: "at outlook.com" can only be an address."""
_PROVIDER = rf"(?:{_MAIL}|me|mac|pm|videotron|sympatico|bell|rogers|shaw|telus|orange|free|wanadoo)"
_SPELLED_DOT = r"(?: ?[(\[{<] ?(?:dot|point|pt|\.) ?[)\]}>] ?| (?:dot|point|pt) )"
_DOT = rf"(?: ?\. ?|{_SPELLED_DOT}| ?, ?(?=com\b|ca\b|fr\b))"
_ENDING = r"[a-z]{2,12}\b"
_DOMAIN = rf"[a-z0-9][a-z0-9-]{{0,60}}(?:{_DOT}[a-z0-9-]{{1,60}}){{0,3}}{_DOT}{_ENDING}"
_PLAIN = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}")
_CERTAIN = re.compile(
    r"(?:(?: ?@ |@| ?[(\[{<] ?(?:at|a|arobase|arobas|arrobase|arobaze|chez|@) ?[)\]}>] ?"
    r"| ?(?:arobase|arobas|arrobase|arobaze|a commercial|at sign) ?)"
    rf"(?:{_DOMAIN}|{_PROVIDER}\b)| @{_PROVIDER}{_DOT}{_ENDING})"
)
_BARE = re.compile(
    rf" (?:(?:at|chez|a) ({_MAIL}{_DOT}{_ENDING})"
    rf"|at [a-z0-9-]{{1,60}}(?:{_SPELLED_DOT}[a-z0-9-]{{2,60}}){{1,3}})"
)
"""A bare "at" needs one who does mail, or a dot in words: "look at canada.ca" is no address."""
_LINK = re.compile(
    r"(?: (?:point|dot|pt|period|tiret|tiret bas|tiret du bas|sous-tiret|trait d'union|barre|moins"
    r"|dash|hyphen|underscore|plus) | ?[(\[{] ?(?:dot|point|underscore|tiret) ?[)\]}] ?)$"
)
_LONGEST_LINK = 18
_MOST_PARTS = 6
_TOKEN = re.compile(r"[\w.+-]{1,64}\Z")
_ANNOUNCEMENT = (
    r"\b(?:mon|ma|my|son|his|her|notre|our) (?:new |nouveau |adresse )?"
    rf"(e-?mail|courriel|mail|mel|{_MAIL})(?: address| adresse)?(?: is|'s| est| c'?est|,| ?:| ?=)* +"
)
_ANNOUNCED_WORDS = re.compile(rf"{_ANNOUNCEMENT}((?:(?!(?:is|est)\b)[\w.+-]+ ){{1,3}})\Z")
_ANNOUNCED = re.compile(rf"{_ANNOUNCEMENT}([\w.+-]{{3,64}})(?:(?: ?\.| )({_MAIL})\b)?")
_REACH = 90


def find_emails(message: Message, lists: Lists) -> Iterator[Span]:
    """Every e-mail address, whatever its signs are written as."""
    folded = message.folded
    if "@" in folded:
        for match in _PLAIN.finditer(folded):
            domain = match.group().split("@")[1]
            if "." in domain or re.match(rf"{_PROVIDER}\b", domain):
                yield Span(match.start(), match.end(), KIND)
    for match in _CERTAIN.finditer(folded):
        start = _start_of_local(folded, match.start())
        if start < match.start():
            yield Span(start, match.end(), KIND)
    for match in _BARE.finditer(folded):
        start = _start_of_local(folded, match.start())
        if _may_be_local(folded[start : match.start()], lists, is_mail=match[1] is not None):
            yield Span(start, match.end(), KIND)
    yield from _find_announced(folded, lists)


def _find_announced(folded: str, lists: Lists) -> Iterator[Span]:
    """What follows "my gmail is": a name of a mailbox, with or without the rest."""
    for match in _ANNOUNCED.finditer(folded):
        cue, value, provider = match.groups()
        is_named = provider or re.search(r"[\d_.+]\w", value)
        if is_named or (re.fullmatch(_MAIL, cue) and value not in lists.ordinary_words):
            yield Span(match.start(2), match.end(), KIND)


def _start_of_local(folded: str, end: int) -> int:
    """Where the part before the sign begins, its own spelled signs included."""
    start = end
    for _ in range(_MOST_PARTS):
        token = _TOKEN.search(folded, max(0, start - 64), start)
        if token is None:
            return start
        start = token.start()
        link = _LINK.search(folded[max(0, start - _LONGEST_LINK) : start])
        if link is None:
            break
        start -= len(link.group())
    announced = _ANNOUNCED_WORDS.search(folded[max(0, start - _REACH) : start])
    return start - len(announced[2]) if announced else start


_NOT_LOCAL = frozenset(
    "look looking it me us them him her is are was be page site website available account here there"
    " out up back on compte disponible acces abonne abonnee inscrit inscrite".split()
)


def _may_be_local(local: str, lists: Lists, *, is_mail: bool) -> bool:
    if not local or local in _NOT_LOCAL:
        return False
    return is_mail or bool(re.search(r"[\d_. ]", local)) or not lists.is_ordinary(local)
