"""Checks `stories/smoke.yml`: every entry is whole, and both languages are spoken."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.checks.files import LANGUAGES, SMOKE, Content
from bot.content.checks.problem import Problem
from bot.content.smoke import NO_LIST, what_is_wrong
from bot.content.yaml_files import lines_of_items


def check_smoke(content: Content) -> Iterator[Problem]:
    """Each entry says something and names an answer that exists."""
    if not content.is_readable(SMOKE):
        return
    messages = content.smoke.get("messages")
    if not isinstance(messages, list) or not messages:
        yield Problem(SMOKE, 1, NO_LIST)
        return
    for entry, line in zip(messages, lines_of_items(content.root / SMOKE, "messages")):
        sentence = what_is_wrong(entry)
        if sentence:
            yield Problem(SMOKE, line, sentence)
        elif entry["answer"] not in content.answers:
            yield Problem(SMOKE, line, f"there is no answer `{entry['answer']}`.")
    spoken = {entry.get("language") for entry in messages if isinstance(entry, dict)}
    for language in LANGUAGES:
        if language not in spoken:
            yield Problem(SMOKE, 1, f"nothing is said in `{language}` here.")
