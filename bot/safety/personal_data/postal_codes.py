"""Canadian postal codes, with their valid letters only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "postal_code"
_CODE = re.compile(
    r"(?<![\w/=.-])[abceghj-nprstvxy]\d[abceghj-nprstv-z](?:  ?|-)?\d[abceghj-nprstv-z]\d(?![\w-]|\.\w)"
)


def find_postal_codes(message: Message, lists: Lists) -> Iterator[Span]:
    """Every postal code but those of Parliament and its officers."""
    if message.digits >= 3:
        for match in _CODE.finditer(message.folded):
            if re.sub(r"[ -]", "", match.group()) not in lists.public.postal_codes:
                yield Span(match.start(), match.end(), KIND)
