"""Reads which conversations are wanted from the address of the list."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from bot.console.asked import Asked
from bot.console.rendering import OTTAWA
from bot.conversation.messages import LANGUAGES, PLATFORMS
from bot.store.sql.conversation_rows import Filters, Place

FIELDS = (
    "q", "from", "to", "platform", "language", "campaign", "intent", "below", "flag", "label",
    "handed", "mine",
)  # fmt: skip
LONGEST = 200
"""Characters of a value; longer ones are of nobody who chooses from our lists."""
SHARES = (30, 50, 70, 90)
"""Per cent below which a confidence may be wanted."""


@dataclass(frozen=True)
class Wanted:
    """What the list shows, and what stands in its fields."""

    filters: Filters
    values: dict[str, str]
    """What was typed, by field; only those that are not empty."""
    before: Place | None = None
    """Where the page before ended."""
    wrong: frozenset[str] = field(default_factory=frozenset)
    """Fields that could not be read and so do not count."""

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.values.get("q", "")

    def address(self, **more: str) -> str:
        """The list's address with the same filters; `more` replaces some, "" takes one out."""
        values = {name: value for name, value in {**self.values, **more}.items() if value}
        return "/console/conversations" + (f"?{urlencode(values)}" if values else "")


def read_filters(asked: Asked) -> Wanted:
    """The filters of an address; nothing in it is an error."""
    typed = {name: asked.query(name).strip()[:LONGEST] for name in FIELDS}
    values = {name: value for name, value in typed.items() if value}
    wrong: set[str] = set()

    def read(name: str, reader: Callable[[str], float | None]) -> float | None:
        value = reader(values[name]) if name in values else None
        if name in values and value is None:
            wrong.add(name)
        return value

    below = read("below", _share)
    filters = Filters(
        since=read("from", _midnight),
        until=read("to", _midnight_after),
        platform=_one_of(PLATFORMS, values.get("platform", "")),
        language=_one_of(LANGUAGES, values.get("language", "")),
        campaign=_plain(values.get("campaign", "")),
        intent=_plain(values.get("intent", "")),
        confidence_below=below,
        flags=(_plain(values["flag"]),) if "flag" in values else (),
        labels=(_plain(values["label"]),) if "label" in values else (),
        is_handed="handed" in values or "mine" in values,
        handed_to=asked.account.email if "mine" in values else "",
    )
    return Wanted(filters, values, _place(asked.query("before")), frozenset(wrong))


def name_of(place: Place) -> str:
    """A place as it stands in an address."""
    return f"{place.at!r}~{place.conversation}"


def _place(name: str) -> Place | None:
    at, _, conversation = name.partition("~")
    try:
        moment = float(at)
    except ValueError:
        return None
    return Place(moment, _plain(conversation)) if math.isfinite(moment) else None


def _plain(text: str) -> str:
    """A text that every database takes to compare with."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _one_of(known: tuple[str, ...], value: str) -> str:
    return value if value in known else ""


def _share(value: str) -> float | None:
    try:
        share = float(value.removesuffix("%").replace(",", ".")) / 100
    except ValueError:
        return None
    return share if 0 < share <= 1 else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _midnight(value: str, days: int = 0) -> float | None:
    day = _day(value)
    try:
        moment = datetime.combine(day + timedelta(days), datetime.min.time()) if day else None
        return moment.replace(tzinfo=OTTAWA).timestamp() if moment else None
    except (OverflowError, ValueError):
        return None


def _midnight_after(value: str) -> float | None:
    return _midnight(value, 1)
