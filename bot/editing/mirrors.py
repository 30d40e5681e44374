"""A problem between two topics is reported at one of them; says it at the other, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from bot.content.checks.problem import Problem
from bot.content.yaml_files import line_of
from bot.editing.paths import answer_path, topic_of

_PLACE = r"\((?P<path>[^\s()]+\.yml):(?P<line>\d+)\)\."
_EXAMPLE = re.compile(rf"the same example stands under `\w+` {_PLACE}")
_HELD_OUT = re.compile(rf"this held-out message is also a training example {_PLACE}")
_TITLE = re.compile(
    r"`(?P<id>\w+)` has the same (?P<language>fr|en) title, (?P<title>.*)", re.DOTALL
)


def mirrored(root: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Each problem between two topics as the other one sees it; nothing for the rest."""
    for problem in problems:
        here = f"({problem.path}:{problem.line})."
        if found := _EXAMPLE.fullmatch(problem.sentence):
            sentence = f"the same example stands under `{topic_of(problem.path)}` {here}"
            yield replace(problem, path=found["path"], line=int(found["line"]), sentence=sentence)
        elif found := _HELD_OUT.fullmatch(problem.sentence):
            sentence = f"this training example is also a held-out message {here}"
            yield replace(problem, path=found["path"], line=int(found["line"]), sentence=sentence)
        elif found := _TITLE.fullmatch(problem.sentence):
            path, language = answer_path(found["id"]), found["language"]
            sentence = f"`{topic_of(problem.path)}` has the same {language} title, {found['title']}"
            line = line_of(root / path, language, "title")
            yield replace(problem, path=path, line=line, sentence=sentence)
