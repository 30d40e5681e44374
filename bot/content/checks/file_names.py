"""Files that staff put where nothing reads them, or under a name that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from bot.content.checks.files import HELD_OUT, LANGUAGES, SMOKE, SOURCES, TRAINED, Content
from bot.content.checks.problem import Problem, shown

_SPOKEN = tuple(folder.as_posix() for folder in (TRAINED, HELD_OUT))
_FLAT = ("stories/answers", "stories/words", "stories/safety")
_DEEP = ("stories/rules", "stories/flows", "stories/domain")
"""Rasa reads the folders in these, too."""
_MEANT = re.compile(r"(.*)\.ya?ml(?:\.txt)?", re.IGNORECASE)


def check_file_names(content: Content) -> Iterator[Problem]:
    """Every file that looks like content is read."""
    for folder in ("stories", *_SPOKEN):
        for file in sorted((content.root / folder).rglob("*")):
            path = shown(file, content.root)
            named = _MEANT.fullmatch(file.name)
            if not named or file.name.startswith("."):
                continue
            if file.suffix != ".yml":
                yield Problem(path, 1, f"this file is not read: name it {named[1]}.yml.")
            elif not _is_read(path):
                yield Problem(path, 1, f"this file is not read: move it to {_place_for(folder)}.")


def _is_read(path: str) -> bool:
    folder = PurePosixPath(path).parent.as_posix()
    flat = [f"{spoken}/{language}" for spoken in _SPOKEN for language in LANGUAGES]
    return (
        path in (SOURCES, SMOKE)
        or folder in (*flat, *_FLAT)
        or any(f"{folder}/".startswith(f"{deep}/") for deep in _DEEP)
    )


def _place_for(folder: str) -> str:
    if folder in _SPOKEN:
        return " or ".join(f"{folder}/{language}/" for language in LANGUAGES)
    return "stories/answers/"
