"""The console's words: every one in both languages, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from bot.console.words import FOLDER
from bot.content.yaml_files import read_yaml

FILES = sorted(FOLDER.glob("*.yml"))
CONSOLE = Path(__file__).resolve().parents[3] / "bot/console"
ENTRIES = [
    pytest.param(texts, id=f"{path.stem}.{name}")
    for path in FILES
    for name, texts in read_yaml(path).items()
]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("texts", ENTRIES)
def test_word_stands_in_both_languages(texts: dict[str, str]) -> None:
    assert set(texts) == {"fr", "en"}
    assert all(isinstance(text, str) and text.strip() for text in texts.values())
    assert placeholders(texts["fr"]) == placeholders(texts["en"])


@pytest.mark.parametrize("texts", ENTRIES)
def test_french_has_its_apostrophes_and_no_straight_quotes_around_words(
    texts: dict[str, str],
) -> None:
    assert not re.search(r"\w”|“\w", texts["fr"]), "French quotes are « »"


def test_every_word_that_a_page_names_is_there() -> None:
    known = {f"{path.stem}.{name}" for path in FILES for name in read_yaml(path)}
    templates = [*(CONSOLE / "templates").rglob("*.html")]
    named = {key for path in templates for key in _named(path)}
    assert {key for key in named if key not in known} == set()


def _named(path: Path) -> set[str]:
    """Keys that a template names whole: `t("queue.title")`, not `t("queue." + kind)`."""
    return set(re.findall(r"\bt\(\s*\"([a-z_]+\.[a-z0-9_]+)\"\s*[,)]", path.read_text("utf-8")))
