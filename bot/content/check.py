"""Finds every problem in what staff wrote, at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.content.checks.answers import check_answers, check_sources, check_words
from bot.content.checks.examples import check_answerable, check_examples, check_held_out
from bot.content.checks.files import read_content
from bot.content.checks.problem import Problem

CHECKS = (
    check_answers,
    check_sources,
    check_words,
    check_examples,
    check_held_out,
    check_answerable,
)


def find_problems(root: Path, today: date) -> list[Problem]:
    """All problems, sorted by path and line."""
    content = read_content(root, today)
    problems = [*content.unreadable]
    for check in CHECKS:
        problems += check(content)
    return sorted(set(problems))
