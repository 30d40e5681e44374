"""Canadian postal codes, with their valid letters only, but where one says that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "postal_code"
_FIRST = "[abceghj-nprstvxy]"
_OTHER = "[abceghj-nprstv-z]"
_CODE = re.compile(
    rf"(?<![\w/=.-]){_FIRST}\d{_OTHER}(?:  ?|-)?\d{_OTHER}\d(?![\w-]|\.\w)"
    rf"|(?<![\w-]){_FIRST} \d {_OTHER} \d {_OTHER} \d(?![\w-])"
)


_ANNOUNCED = re.compile(
    r"\b(?:code postal|postal code|postcode|zip(?: code)?)(?: (?:is|est|c'est|cest)| ?[:=])? ?"
    r"(?P<value>[a-z]\d[a-z] ?-?\d[a-z]\d)(?![\w-])"
)


def find_postal_codes(message: Message, lists: Lists) -> Iterator[Span]:
    """Every postal code but those of Parliament and its officers."""
    if message.digits >= 3:
        for match in _CODE.finditer(message.folded):
            if re.sub(r"[ -]", "", match.group()) not in lists.public.postal_codes:
                yield Span(match.start(), match.end(), KIND)
        for match in _ANNOUNCED.finditer(message.folded):
            if re.sub(r"[ -]", "", match["value"]) not in lists.public.postal_codes:
                yield Span(*match.span("value"), KIND)
