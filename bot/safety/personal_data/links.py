"""Secrets in web addresses: passwords, keys and long random parts; not the addresses themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.spans import Span

KIND = "link_token"
_LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}(?::\d+)?[/?#])"
    r"[^\s<>\"]*"
)
_SIGN_IN = re.compile(r"://([^\s/@:]+:[^\s/@]+)@")
_PARAMETER = re.compile(r"[?&#;]([\w.\[\]-]{1,40})=([^\s&#;]+)")
_SECRET = re.compile(
    r"(?:.*[_.-])?"
    + one_of(
        """token key apikey sig signature session sessionid sessid phpsessid jsessionid sid password
        passwd pass pwd pw auth authorization code secret jwt otp ticket credential credentials
        nonce magic invite accesstoken mdp motdepasse jeton cle hmac"""
    )
)
_FEWEST_SECRET = 4
_PLAIN_VALUE = re.compile(r"[a-z]{2}[-_][a-z]{2}|\d{4,5}|true|false|none|null|[a-z]{4}")
_SEGMENT = re.compile(r"(?<=[/=])[\w~.%-]{16,}")
_PIECE = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HANDED_OVER = re.compile(
    "/"
    + one_of(
        """reset reset-password password verify confirm activate activation unsubscribe magic invite
        invitation join token auth login share reinitialiser confirmer desabonnement"""
    )
    + r"/((?=[a-z_-]*\d)[\w-]{8,})"
)
"""What follows such a word in a path opens a door, short as it may be."""
_COMMIT = re.compile(r"/(?:commit|commits|blob|tree|raw)/\Z")
_RANDOM = 16
"""Length from which a piece of mixed letters and digits is no word."""


def find_link_tokens(message: Message, lists: Lists) -> Iterator[Span]:
    """Every secret part of a web address."""
    folded = message.folded
    if "." not in folded and "://" not in folded:
        return
    for link in _LINK.finditer(folded):
        for start, end in _secrets(folded, message.text, link):
            yield Span(start, end, KIND)


def _secrets(folded: str, text: str, link: re.Match[str]) -> Iterator[tuple[int, int]]:
    for match in _SIGN_IN.finditer(folded, link.start(), link.end()):
        yield match.span(1)
    for match in _PARAMETER.finditer(folded, link.start(), link.end()):
        if _SECRET.fullmatch(match[1]) and _may_be_secret(match[2]):
            yield match.span(2)
    for match in _HANDED_OVER.finditer(folded, link.start(), link.end()):
        yield match.span(1)
    for match in _SEGMENT.finditer(folded, link.start(), link.end()):
        is_commit = _COMMIT.search(folded, max(link.start(), match.start() - 9), match.start())
        if _is_random(text[match.start() : match.end()]) and not is_commit:
            yield match.span()


def _may_be_secret(value: str) -> bool:
    return len(value) >= _FEWEST_SECRET and not _PLAIN_VALUE.fullmatch(value)


def _is_random(segment: str) -> bool:
    """Whether a part of a path is a key rather than words, dates and numbers."""
    if _UUID.fullmatch(segment.lower()):
        return True
    return any(_is_mixed(piece) for piece in _PIECE.findall(segment))


def _is_mixed(piece: str) -> bool:
    """Whether letters and digits alternate as they never do in words."""
    if len(piece) < _RANDOM:
        return False
    changes = sum(before.isdigit() != after.isdigit() for before, after in pairwise(piece))
    swings = sum(before.islower() and after.isupper() for before, after in pairwise(piece))
    return changes >= 3 or (changes >= 1 and swings >= 2) or swings >= 5
