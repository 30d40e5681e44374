"""Finds the field of a form at which a problem is mended; says the problem in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import yaml

from bot.content.checks.problem import Problem
from bot.content.yaml_files import line_of, lines_of_items
from bot.editing.paths import topic_of
from bot.editing.problem_words import in_both
from bot.editing.records import FieldProblem

_NAMED = re.compile(r"`(fr|en)\.(title|text|more)`")
_MISSING_SIDE = re.compile(r"the `(fr|en):` side is missing")
_ANSWER_FIELDS = (
    *((language, key) for language in ("fr", "en") for key in ("title", "text", "more", "buttons")),
    ("reviewed",),
    ("sources",),
)


def at_fields(root: Path, problems: Iterable[Problem]) -> list[FieldProblem]:
    """Each problem with its field; the files are those that were checked."""
    return [
        FieldProblem(
            problem.path,
            problem.line,
            problem.level,
            in_both(problem.sentence),
            topic_of(problem.path),
            _field(root, problem),
        )
        for problem in problems
    ]


def _field(root: Path, problem: Problem) -> str | None:
    if topic_of(problem.path) is None:
        return None
    folder = PurePosixPath(problem.path).parent
    try:
        if folder.as_posix() == "stories/answers":
            return _answer_field(root, problem)
        lines = _message_lines(root, problem.path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None
    name = f"{'held_out' if folder.parts[0] == 'tests' else 'examples'}.{folder.name}"
    return f"{name}.{lines.index(problem.line)}" if problem.line in lines else name


def _answer_field(root: Path, problem: Problem) -> str | None:
    named = _NAMED.search(problem.sentence)
    if named and not problem.sentence.startswith("with its sources"):
        both = problem.sentence.startswith("`fr.") and "are the same" in problem.sentence
        return f"en.{named[2]}" if both else f"{named[1]}.{named[2]}"
    if named:
        return f"{named[1]}.{named[2]}"
    missing = _MISSING_SIDE.match(problem.sentence)
    if missing:
        return f"{missing[1]}.text"
    for keys in _ANSWER_FIELDS:
        place = line_of(root / problem.path, *keys)
        parent = line_of(root / problem.path, *keys[:-1])
        if place == problem.line and (place != parent or len(keys) == 1):
            return ".".join(keys)
    if "buttons" in problem.sentence:  # the key is missing: the line is that of its side
        for language in ("fr", "en"):
            if line_of(root / problem.path, language) == problem.line:
                return f"{language}.buttons"
    return None


def _message_lines(root: Path, path: str) -> list[int]:
    """The line of each example or held-out message, as a form lists them."""
    file = root / path
    if path.startswith("tests/"):
        return lines_of_items(file, "messages")
    first = line_of(file, "nlu", 0, "examples")
    lines = file.read_text("utf-8").splitlines()
    return [n for n, line in enumerate(lines[first:], first + 1) if line.strip(" -")]
