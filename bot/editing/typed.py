"""What people type, as it is kept: line ends and blanks settled, nothing too large."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from bot.editing.records import TopicChange
from bot.editing.refusals import TooLarge

MOST = {"title": 1_000, "text": 20_000, "more": 20_000}
"""Characters; far above what the check allows, so that a text too long is kept, and said to be."""
MOST_ITEMS = 2_000
LONGEST_ITEM = 2_000
LARGEST_FILE = 200_000
"""Characters of a file that is edited as a whole; the largest there is has 45,000."""
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_NO_YAML = yaml.reader.Reader.NON_PRINTABLE
_BLANKS = re.compile(r"[ \t\n]+")


def clean_text(text: str) -> str:
    """A text of some lines, without what YAML cannot hold and without blanks at line ends."""
    lines = _without_controls(text).split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip()


def clean_line(text: str) -> str:
    """A text of one line; the no-break spaces of French stay."""
    return _BLANKS.sub(" ", _without_controls(text)).strip()


def clean_items(items: Iterable[str]) -> tuple[str, ...]:
    """The items that hold something, each one line."""
    return tuple(filter(None, map(clean_line, items)))


def clean_file(text: str) -> str:
    """A whole file: line ends settled and one at its end, all else as it was typed."""
    lines = _LINE_ENDS.sub("\n", text)
    return lines if lines.endswith("\n") or not lines else f"{lines}\n"


def check_sizes(change: TopicChange) -> None:
    """Refuse what is far too large before anything reads it. Raises TooLarge."""
    for language, side in change.sides.items():
        for key, most in MOST.items():
            _check(f"{language}.{key}", len(getattr(side, key) or ""), most)
        _check_items(f"{language}.buttons", side.buttons or ())
    _check_items("sources", change.sources or ())
    if change.reviewed:
        _check("reviewed", len(change.reviewed.by), LONGEST_ITEM)
    for name, lists in (("examples", change.examples), ("held_out", change.held_out)):
        for language, items in lists.items():
            _check_items(f"{name}.{language}", items)


def check_file_size(path: str, text: str) -> None:
    """Refuse a whole file that is far too large. Raises TooLarge."""
    _check(path, len(text), LARGEST_FILE)


def _check_items(name: str, items: tuple[str, ...]) -> None:
    _check(name, len(items), MOST_ITEMS)
    for n, item in enumerate(items):
        _check(f"{name}.{n}", len(item), LONGEST_ITEM)


def _check(name: str, size: int, most: int) -> None:
    if size > most:
        raise TooLarge(name, size, most)


def _without_controls(text: str) -> str:
    return str(_NO_YAML.sub("", _LINE_ENDS.sub("\n", text)))
