"""Checks the reasons of a rejection: the record must be able to keep each."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.checks.files import Content
from bot.content.checks.problem import Problem
from bot.content.reasons import FILE, LONGEST, PREFIX, reasons_among


def check_reasons(content: Content) -> Iterator[Problem]:
    """There is a reason, and none has too long a name."""
    words = content.words.get("view")
    if words is None:
        return
    reasons = reasons_among(str(key) for key in words)
    if not reasons:
        yield Problem(FILE, 1, f"there is no `{PREFIX}...`: a view could not be rejected.")
    for reason in reasons:
        if len(reason) > LONGEST:
            line = content.line(FILE, f"{PREFIX}{reason}")
            sentence = f"`{PREFIX}{reason}`: at most {LONGEST} characters after `{PREFIX}`."
            yield Problem(FILE, line, sentence)
