"""Canadian postal codes, with their valid letters only."""

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


def find_postal_codes(message: Message, lists: Lists) -> Iterator[Span]:
    """Every postal code but those of Parliament and its officers."""
    if message.digits >= 3:
        for match in _CODE.finditer(message.folded):
            if re.sub(r"[ -]", "", match.group()) not in lists.public.postal_codes:
                yield Span(match.start(), match.end(), KIND)
