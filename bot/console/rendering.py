"""Templates to pages: everything is escaped, a missing value is an error."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.words import Words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
OTTAWA = ZoneInfo("America/Toronto")
MONTHS = {
    "fr": "janv. févr. mars avril mai juin juill. août sept. oct. nov. déc.",
    "en": "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.",
}


class Renderer:
    """Renders templates in a language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.static = {
            path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file()
        }
        self._versions = {
            name: hashlib.sha256(content).hexdigest()[:12] for name, content in self.static.items()
        }
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = self.address

    def address(self, name: str) -> str:
        """The address of a static file, which names its version."""
        return f"/console/static/{name}?v={self._versions[name]}"

    def is_current(self, name: str, version: str | None) -> bool:
        """Whether a file of this version may be kept for ever."""
        return self._versions.get(name) == version

    def render(self, template: str, language: str, **context: Any) -> str:
        """A page or a piece of one; `t(key)` gives words, `when(at)` a time, in the language."""
        words = self._words

        def t(key: str, /, **values: object) -> str:
            return words.get(key, language, **values)

        return self._environment.get_template(template).render(
            lang=language,
            other_language="en" if language == "fr" else "fr",
            t=t,
            when=lambda at: readable_moment(at, language),
            number=lambda value, digits=0: readable_number(value, language, digits),
            **context,
        )


def readable_moment(at: float, language: str) -> str:
    """Day and time in Ottawa: `29 nov. 2026, 18 h 24`, `Nov. 29, 2026, 6:24 p.m.`."""
    moment = datetime.fromtimestamp(at, OTTAWA)
    month = MONTHS[language].split()[moment.month - 1]
    if language == "fr":
        return f"{moment.day} {month} {moment.year}, {moment.hour} h {moment.minute:02}"
    half = "a.m." if moment.hour < 12 else "p.m."
    clock = f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"
    return f"{month} {moment.day}, {moment.year}, {clock}"


def readable_number(value: float, language: str, digits: int = 0) -> str:
    """`1 234,5` in French, `1,234.5` in English."""
    text = f"{value:,.{digits}f}"
    if language == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    return text
