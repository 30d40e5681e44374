"""Addresses of machines on the internet, of both versions; not the numbers of versions."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.spans import Span

KIND = "ip"
_FOURTH = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d|/\d)")
_SIXTH = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:]|/\d)"
)
_NUMBERED = re.compile(
    one_of(
        """version v build release sortie update section sec article art alinea chapitre chapter
        clause paragraphe? annexe? page figure table tableau regle rule item point python rasa
        ios android chrome firefox java linux"""
    )
    + r"s?\.? ?(?:no |n° ?|# ?)?\Z"
)


def find_ip_addresses(message: Message, lists: Lists) -> Iterator[Span]:
    """Every address but those that every machine has."""
    folded = message.folded
    if folded.count(".") >= 3 and message.digits >= 4:
        for match in _FOURTH.finditer(folded):
            is_numbered = _NUMBERED.search(folded[max(0, match.start() - 16) : match.start()])
            if not is_numbered and _is_someones(match.group(), lists):
                yield Span(match.start(), match.end(), KIND)
    if folded.count(":") >= 2:
        for match in _SIXTH.finditer(folded):
            if re.search(r"\d", match.group()) and _is_someones(match.group(), lists):
                yield Span(match.start(), match.end(), KIND)


def _is_someones(text: str, lists: Lists) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    everywhere = address.is_loopback or address.is_unspecified or address.is_multicast
    netmask = text.startswith("255.")
    return not everywhere and not netmask and text not in lists.public.ip_addresses
