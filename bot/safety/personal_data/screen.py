"""Finds personal data in what people type and takes it out, before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.content.yaml_files import read_yaml
from bot.errors import ContentInvalid
from bot.safety.personal_data.addresses import find_addresses
from bot.safety.personal_data.birth_dates import find_birth_dates
from bot.safety.personal_data.emails import find_emails
from bot.safety.personal_data.handles import find_handles
from bot.safety.personal_data.identifiers import find_identifiers
from bot.safety.personal_data.ip_addresses import find_ip_addresses
from bot.safety.personal_data.links import find_link_tokens
from bot.safety.personal_data.lists import Lists, load_lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.names import find_names
from bot.safety.personal_data.phones import find_phones
from bot.safety.personal_data.postal_codes import find_postal_codes
from bot.safety.personal_data.spans import Span, keep_apart

FAMILIES = (
    find_link_tokens,
    find_emails,
    find_birth_dates,
    find_identifiers,
    find_phones,
    find_ip_addresses,
    find_postal_codes,
    find_addresses,
    find_handles,
    find_names,
)
"""Where two find something in the same place, the earlier in this list is right."""
MARKS = "stories/words/personal_data.yml"
_BARRIER = "\ufffc"
"""Stands for what a mark covers; no family's patterns know it."""


class PersonalData:
    """The screen; built once by `load_personal_data`."""

    def __init__(self, lists: Lists, marks: Mapping[str, Mapping[str, str]]) -> None:
        self._lists = lists
        self._marks = marks
        every = sorted({mark for sides in marks.values() for mark in sides.values()})
        self._mark = re.compile("|".join(map(re.escape, every)))

    def find(self, text: str) -> list[Span]:
        """Where personal data stands: in order, not overlapping, and in no mark."""
        message = Message(self._mark.sub(_as_barrier, text))
        found = (span for family in FAMILIES for span in family(message, self._lists))
        return keep_apart(
            span for span in found if _BARRIER not in message.text[span.start : span.end]
        )

    def remove(self, text: str, language: str) -> str:
        """The text with a mark in place of each; what only then stands out is taken out too."""
        spans = self.find(text)
        while spans:
            text = self._replaced(text, spans, language)
            spans = self.find(text)
        return text

    def _replaced(self, text: str, spans: Iterable[Span], language: str) -> str:
        parts = []
        place = 0
        for span in spans:
            parts += [text[place : span.start], self._marks[span.kind][language]]
            place = span.end
        return "".join([*parts, text[place:]])


def load_personal_data(root: Path) -> PersonalData:
    """Read the lists in `stories/safety/` and the marks in `stories/words/personal_data.yml`.

    Raises:
        ContentInvalid: one of them cannot be read; `make check` says which, and where.
    """
    try:
        marks: dict[str, Any] = read_yaml(root / MARKS)
        return PersonalData(load_lists(root), marks)
    except (OSError, KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise ContentInvalid(
            [f"[ERROR] stories/safety/: a list cannot be read ({error}); run `make check`."]
        ) from error


def _as_barrier(match: re.Match[str]) -> str:
    return _BARRIER * len(match.group())
