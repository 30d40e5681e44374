"""Smoke conversations: what is wrong with them is said in a sentence, and they load as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.content.smoke import SmokeTest, load_smoke
from bot.errors import ContentInvalid
from tests.content.content_tree import TODAY, make_tree, write

SMOKE = "stories/smoke.yml"
FRENCH = "  - {language: fr, says: un autobus, answer: buses}\n"
ENGLISH = "  - {language: en, says: a bus, answer: buses}\n"


def problems(root: Path, text: str) -> list[str]:
    write(make_tree(root), SMOKE, text)
    return [str(problem) for problem in find_problems(root, TODAY)]


def test_messages_load_as_they_are_written(tmp_path: Path) -> None:
    pressed = '  - {language: en, presses: "a:buses", answer: buses}\n'
    assert problems(tmp_path, f"messages:\n{FRENCH}{pressed}") == []
    assert load_smoke(tmp_path) == (
        SmokeTest("fr", "buses", says="un autobus"),
        SmokeTest("en", "buses", presses="a:buses"),
    )


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ("  - {language: fr, says: un, answer: trams}\n", 4, "there is no answer `trams`"),
        ("  - {language: de, says: ein, answer: buses}\n", 4, "`language` is `fr` or `en`"),
        ("  - {language: fr, answer: buses}\n", 4, "write `language:`, `says:`"),
        (
            "  - {language: fr, says: un, presses: 'a:buses', answer: buses}\n",
            4,
            "and nothing else",
        ),
        ("  - {language: fr, says: 12, answer: buses}\n", 4, "each with words"),
        ("  - un autobus\n", 4, "write `language:`, `says:`"),
    ],
)
def test_wrong_message_is_said_with_its_line(
    tmp_path: Path, wrong: str, line: int, said: str
) -> None:
    found = problems(tmp_path, f"messages:\n{FRENCH}{ENGLISH}{wrong}")
    assert len(found) == 1
    assert found[0].startswith(f"[ERROR] {SMOKE}:{line}: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"messages:\n{FRENCH}", "nothing is said in `en` here"),
        ("messages: []\n", "write `messages:`"),
        ("messages: un autobus\n", "write `messages:`"),
        ("message:\n", "write `messages:`"),
        ("- un autobus\n", "must hold `key: value` lines"),
        ("messages: [\n", "not valid YAML"),
    ],
)
def test_file_without_messages_is_said(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert said in found[0]


def test_file_that_is_missing_is_said(tmp_path: Path) -> None:
    (make_tree(tmp_path) / SMOKE).unlink()
    found = [str(problem) for problem in find_problems(tmp_path, TODAY)]
    assert found == [f"[ERROR] {SMOKE}:1: this file is missing."]


@pytest.mark.parametrize(
    "text",
    [None, "messages: []", "messages: [", "- a", "messages: [{language: fr, says: a, answer: 1}]"],
)
def test_what_cannot_be_used_is_not_loaded(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        write(tmp_path, SMOKE, text)
    with pytest.raises(ContentInvalid, match=SMOKE):
        load_smoke(tmp_path)
