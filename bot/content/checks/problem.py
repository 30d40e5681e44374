"""A problem in what staff wrote, in one sentence that says where and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, order=True)
class Problem:
    """One problem; `ERROR` fails the check, `WARNING` does not."""

    path: str
    line: int
    sentence: str
    level: Literal["ERROR", "WARNING"] = "ERROR"

    def __str__(self) -> str:
        return f"[{self.level}] {self.path}:{self.line}: {self.sentence}"


def shown(path: Path, root: Path) -> str:
    """A path as staff know it, from the project's root."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
