"""Checks the conversations that staff wrote down as tests."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from bot.content.checks.files import Content
from bot.content.checks.problem import Problem, shown
from bot.content.conversation_tests import FOLDER, problems_of
from bot.content.yaml_files import read_yaml


def check_conversations(content: Content) -> Iterator[Problem]:
    """Every file is written as a conversation, of answers that there are."""
    for file in sorted((content.root / FOLDER).glob("*.yml")):
        path = shown(file, content.root)
        try:
            data = read_yaml(file)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "it cannot be read"
            line = mark.line + 1 if mark else 1
            yield Problem(path, line, f"this is not valid YAML: {what}.")
            continue
        for keys, sentence in problems_of(data, content.answers):
            yield Problem(path, content.line(path, *keys), sentence)
