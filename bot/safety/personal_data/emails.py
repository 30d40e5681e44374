"""E-mail addresses, also spelled out: « lea point tremblay arobase gmail point com »."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of, words
from bot.safety.personal_data.spans import Span

KIND = "email"
_MAIL = one_of(
    """g_?-?mail googlemail hotmail outlook live msn yahoo ymail icloud aol proton(?:mail)? gmx
    fastmail tutanota laposte"""
)
"""Those who do little else than mail: "at outlook.com" can only be an address."""
_OTHER = one_of("me mac pm videotron sympatico bell rogers shaw telus orange free wanadoo")
_PROVIDER = rf"(?:{_MAIL}|{_OTHER})"
_SPELLED_DOT = r"(?: ?[(\[{<] ?(?:dot|point|pt|\.) ?[)\]}>] ?| (?:dot|point|pt) )"
_DOT = rf"(?: ?\. ?|{_SPELLED_DOT}| ?, ?(?=com\b|ca\b|fr\b))"
_ENDING = r"[a-z]{2,12}\b"
_DOMAIN = rf"[a-z0-9][a-z0-9-]{{0,60}}(?:{_DOT}[a-z0-9-]{{1,60}}){{0,3}}{_DOT}{_ENDING}"

_PLAIN = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){0,4})")
_CERTAIN = re.compile(
    r"(?:(?: ?@ |@| ?[(\[{<] ?(?:at|a|arobase|arobas|arrobase|arobaze|chez|@) ?[)\]}>] ?"
    r"| ?(?:arobase|arobas|arrobase|arobaze|a commercial|at sign) ?)"
    rf"(?:{_DOMAIN}|{_PROVIDER}\b)| @{_PROVIDER}{_DOT}{_ENDING})"
)
_POINT_IN_TIME = one_of("some one this that what which any a the no every each")
_BARE = re.compile(
    rf" (?:(?:at|chez|a) (?P<mail>{_MAIL}{_DOT}{_ENDING})"
    rf"|(?P<written>at [a-z0-9-]{{1,60}}(?:\.[a-z0-9-]{{2,60}}){{1,3}})"
    rf"|at (?!{_POINT_IN_TIME} )[a-z0-9-]{{1,60}}(?:{_SPELLED_DOT}[a-z0-9-]{{2,60}}){{1,3}}"
    rf"|{_MAIL} (?:com|ca|fr)\b)"
)
"""A bare "at" needs one who does mail, or a dot in words: "look at canada.ca" is no address."""
_SIGNED_LOCAL = re.compile(r"[a-z]\w*[._][a-z]\w*|[a-z]{2,}\d{2,}")
"""What can stand before "at" and a plain web address only in an e-mail address."""
_NOT_LOCAL = words(
    """look looking it me us them him her is are was be page site website available account here
    there out up back on compte disponible acces abonne abonnee inscrit inscrite"""
)

_SPELLED_SIGN = one_of(
    """point dot pt period tiret tiret_bas tiret_du_bas sous-tiret trait_d'union barre moins dash
    hyphen underscore plus"""
)
_LINK = re.compile(
    rf"(?: {_SPELLED_SIGN} | ?[(\[{{] ?(?:dot|point|underscore|tiret|\.) ?[)\]}}] ?)\Z"
)
_LONGEST_LINK = 18
_MOST_PARTS = 6
_LONGEST_PART = 64
_PART = re.compile(r"[\w.+-]{1,64}\Z")
_ANNOUNCEMENT = (
    r"\b(?:mon|ma|my|son|his|her|notre|our) (?:new |nouveau |adresse )?"
    rf"(?P<cue>e-?mail|courriel|mail|mel|{_MAIL})(?: address| adresse)?"
    r"(?: is|'s| est| c'?est|,| ?:| ?=)* +"
)
_ANNOUNCED_WORDS = re.compile(rf"{_ANNOUNCEMENT}(?P<words>(?:(?!(?:is|est)\b)[\w.+-]+ ){{1,3}})\Z")
_ANNOUNCED = re.compile(
    rf"{_ANNOUNCEMENT}(?P<value>[\w.+-]{{3,64}})(?:(?: ?\.| )(?P<mail>{_MAIL})\b)?"
)
_REACH = 90
"""How far before an address its announcement may begin."""


def find_emails(message: Message, lists: Lists) -> Iterator[Span]:
    """Every e-mail address, whatever its signs are written as."""
    folded = message.folded
    if "@" in folded:
        for match in _PLAIN.finditer(folded):
            if "." in match[1] or re.match(rf"{_PROVIDER}\b", match[1]):
                yield Span(match.start(), match.end(), KIND)
    for match in _CERTAIN.finditer(folded):
        start = _start_of_local(folded, match.start())
        if start < match.start():
            yield Span(start, match.end(), KIND)
    for match in _BARE.finditer(folded):
        start = _start_of_local(folded, match.start())
        if _may_be_local(folded[start : match.start()], match, lists):
            yield Span(start, match.end(), KIND)
    yield from _find_announced(folded, lists)


def _find_announced(folded: str, lists: Lists) -> Iterator[Span]:
    """What follows "my gmail is": the name of a mailbox, with or without the rest."""
    for match in _ANNOUNCED.finditer(folded):
        value = match["value"]
        is_chosen = match["mail"] or re.search(r"[\d_.+]\w", value)
        is_mail = re.fullmatch(_MAIL, match["cue"]) and value not in lists.ordinary_words
        if is_chosen or is_mail:
            yield Span(match.start("value"), match.end(), KIND)


def _start_of_local(folded: str, end: int) -> int:
    """Where the part before the sign begins, its own spelled signs included."""
    start = end
    for _ in range(_MOST_PARTS):
        part = _PART.search(folded, max(0, start - _LONGEST_PART), start)
        if part is None:
            return start
        start = part.start()
        link = _LINK.search(folded[max(0, start - _LONGEST_LINK) : start])
        if link is None:
            break
        start -= len(link.group())
    announced = _ANNOUNCED_WORDS.search(folded[max(0, start - _REACH) : start])
    return start - len(announced["words"]) if announced else start


def _may_be_local(local: str, match: re.Match[str], lists: Lists) -> bool:
    """Whether what stands before a bare "at" may be a mailbox."""
    if not local or local in _NOT_LOCAL:
        return False
    if match["mail"]:
        return True
    if match["written"]:
        return _SIGNED_LOCAL.fullmatch(local) is not None
    return bool(re.search(r"[\d_. ]", local)) or not lists.is_ordinary(local)
