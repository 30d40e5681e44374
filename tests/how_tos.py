"""Reads the how-tos that people follow in the console, and tells what of a step is on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs/how_to"
FOLLOWED = ("moderators_morning", "first_change")
LANGUAGES = ("fr", "en")

STEP = re.compile(r"^(\d+)\. (.*(?:\n(?:[ ]{3,}\S.*|\s*))*)", re.M)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")

WHAT_IS_SEEN = """() => {
  const named = [...document.querySelectorAll("[aria-label], img[alt]")]
    .filter((each) => each.checkVisibility());
  const values = [...document.querySelectorAll("option")];
  return [
    document.body.innerText,
    ...named.map((each) => each.getAttribute("aria-label") ?? each.alt),
    ...values.map((each) => each.label),
  ].join("\\n");
}"""
"""A script that gives everything on a page that somebody can read or hear."""


@dataclass(frozen=True)
class Step:
    """A numbered step of a how-to."""

    number: int
    text: str

    @property
    def names(self) -> list[str]:
        """What the step says in bold: buttons, fields, headings, sentences of the page."""
        return [plain(name) for name in BOLD.findall(self.text)]

    def missing(self, seen: str) -> list[str]:
        """The names that stand nowhere in what was seen."""
        text = plain(seen)
        return [name for name in self.names if not _has(text, name)]


def how_to(name: str, language: str) -> Path:
    """The file of a how-to."""
    return FOLDER / (f"{name}.md" if language == "en" else f"{name}.{language}.md")


def steps_of(path: Path) -> list[Step]:
    """All steps of a how-to, in their order."""
    return [Step(int(number), text) for number, text in STEP.findall(path.read_text("utf-8"))]


def links_of(path: Path) -> list[tuple[bool, str, str]]:
    """Whether it is a picture, its words, and where it leads, of each link."""
    return [
        (mark == "!", words, target)
        for mark, words, target in LINK.findall(path.read_text("utf-8"))
    ]


def plain(text: str) -> str:
    """One blank for each gap, whatever kind of blanks it is made of."""
    return " ".join(text.split())


def _has(text: str, name: str) -> bool:
    """Whether a name stands there whole, and not inside another word."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
