"""Why a view may be rejected: the `reason_...` keys of `stories/words/view.yml`, in their order.

Whoever adds one there, in both languages, can give it as a reason from then on, and its author is
told in these words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.content.yaml_files import read_yaml

FILE = "stories/words/view.yml"
PREFIX = "reason_"
LONGEST = 16
"""Characters of a reason's id, as the record keeps it."""


def reasons_among(keys: Iterable[str]) -> tuple[str, ...]:
    """The ids of the reasons among keys of words, with or without their file's name."""
    names = (key.removeprefix("view.") for key in keys)
    return tuple(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def read_reasons(root: Path) -> tuple[str, ...]:
    """The ids of all reasons of the content in `root`."""
    return reasons_among(read_yaml(root / FILE))
