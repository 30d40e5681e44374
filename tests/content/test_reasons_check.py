"""Reasons of a rejection are read from the content, and the record must be able to keep them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.content.checks.files import Content
from bot.content.checks.reasons import check_reasons
from bot.content.reasons import LONGEST, read_reasons, reasons_among
from bot.store.sql.tables import decisions, views
from tests.content.content_tree import write

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 29)


def test_reasons_have_the_order_of_the_file(tmp_path: Path) -> None:
    words = "status_a: {fr: a, en: b}\nreason_late: {fr: a, en: b}\nreason_early: {fr: a, en: b}\n"
    write(tmp_path, "stories/words/view.yml", words)
    assert read_reasons(tmp_path) == ("late", "early")


def test_reasons_among_all_words_are_only_those_of_views() -> None:
    keys = ["errors.reason_x", "view.reason_spam", "view.status_pending", "view.reason_hate"]
    assert reasons_among(keys) == ("spam", "hate")


def test_longest_reason_is_what_the_record_keeps() -> None:
    for column in (views.c.reason, decisions.c.reason):
        assert column.type.length == LONGEST  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("reason_" + "x" * 17, "at most 16 characters after `reason_`."),
        ("status_pending", "a view could not be rejected"),
    ],
)
def test_reason_that_cannot_be_used_is_a_problem(tmp_path: Path, key: str, sentence: str) -> None:
    write(tmp_path, "stories/words/view.yml", f"title: {{fr: a, en: b}}\n{key}: {{fr: a, en: b}}\n")
    content = Content(tmp_path, TODAY, words={"view": {"title": {}, key: {"fr": "a", "en": "b"}}})
    [problem] = check_reasons(content)
    assert sentence in problem.sentence
    assert problem.line == (2 if key.startswith("reason_") else 1)


def test_reasons_of_the_bot_can_be_used() -> None:
    assert "insult" in read_reasons(ROOT)
    words: dict[str, Any] = {f"reason_{reason}": {} for reason in read_reasons(ROOT)}
    assert list(check_reasons(Content(ROOT, TODAY, words={"view": words}))) == []
