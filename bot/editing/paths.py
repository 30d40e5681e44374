"""Which files are content, which of them can be edited here, and what belongs to a topic."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from bot.editing.refusals import PathRefused

LANGUAGES = ("fr", "en")
CONTENT = ("config.yml", "nlu", "stories", "tests/nlu", "tests/conversations")
"""What a release is made of; the rest of the repository is never changed from here."""
TESTS = "tests/conversations"
_NAME = r"[a-z0-9][a-z0-9_-]*"
_EDITABLE = re.compile(
    rf"""
      stories/sources\.yml
    | (?: stories/(?:answers|words)
        | (?:nlu|tests/nlu)/(?:fr|en)
        | {TESTS}
        | stories/(?:rules|flows)(?:/{_NAME}){{0,3}}
      )/{_NAME}\.yml
    """,
    re.VERBOSE,
)
LONGEST_PATH = 200


def check_editable(path: str) -> str:
    """The path, if it names a file that staff edit; the files of safety are edited by hand.

    Raises:
        PathRefused: it does not.
    """
    if len(path) > LONGEST_PATH or not _EDITABLE.fullmatch(path):
        raise PathRefused(path)
    return path


def is_content(path: str) -> bool:
    """Whether a path of the repository is content."""
    return any(path == each or path.startswith(f"{each}/") for each in CONTENT)


def answer_path(id: str) -> str:
    """Where an answer stands."""
    return f"stories/answers/{id}.yml"


def examples_path(language: str, id: str) -> str:
    """Where a topic's examples stand."""
    return f"nlu/{language}/{id}.yml"


def held_out_path(language: str, id: str) -> str:
    """Where a topic's held-out messages stand."""
    return f"tests/nlu/{language}/{id}.yml"


def topic_paths(id: str) -> tuple[str, ...]:
    """The five files of a topic."""
    return (
        answer_path(id),
        *(examples_path(language, id) for language in LANGUAGES),
        *(held_out_path(language, id) for language in LANGUAGES),
    )


def topic_of(path: str) -> str | None:
    """The topic whose file this is."""
    stem = PurePosixPath(path).stem
    return stem if path in topic_paths(stem) else None
