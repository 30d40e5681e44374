"""Finds every problem in what staff wrote, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import fmean

from bot.content.checks.abuse import check_abuse
from bot.content.checks.answers import check_answers, check_sources, check_words
from bot.content.checks.conversations import check_conversations
from bot.content.checks.crisis import check_crisis
from bot.content.checks.crisis_examples import check_crisis_examples
from bot.content.checks.examples import (
    check_answerable,
    check_examples,
    check_headings,
    check_held_out,
)
from bot.content.checks.file_names import check_file_names
from bot.content.checks.files import LANGUAGES, Content, read_content
from bot.content.checks.places import check_places
from bot.content.checks.problem import Problem
from bot.content.checks.readability import answer_texts, check_readability, lix
from bot.content.checks.reasons import check_reasons
from bot.content.checks.smoke import check_smoke

Check = Callable[[Content], Iterable[Problem]]
CHECKS = (
    check_file_names,
    check_answers,
    check_sources,
    check_words,
    check_reasons,
    check_readability,
    check_places,
    check_abuse,
    check_crisis,
    check_crisis_examples,
    check_smoke,
    check_headings,
    check_examples,
    check_held_out,
    check_answerable,
    check_conversations,
)


def find_problems(root: Path, today: date, *more: Check) -> list[Problem]:
    """All problems, sorted by path and line."""
    return check_content(read_content(root, today), *more)


def check_content(content: Content, *more: Check) -> list[Problem]:
    """All problems of what was read, sorted by path and line; `more` are checks of rooms above."""
    problems = [*content.unreadable]
    for check in (*CHECKS, *more):
        problems += check(content)
    return sorted(set(problems))


def summarise(content: Content) -> Iterator[str]:
    """A line per language: how hard its answers are to read, and how much stands in its files."""
    for language in LANGUAGES:
        scores = [
            lix(text, spoken) for _, spoken, text in answer_texts(content) if spoken == language
        ]
        examples = sum(example.language == language for example in content.examples)
        held_out = sum(message.language == language for message in content.held_out)
        yield (
            f"{language}: average LIX {fmean(scores or [0]):.0f}, "
            f"{examples} examples, {held_out} held-out messages."
        )
