"""Every sentence of the trainer stands in both languages, with the same gaps to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content.yaml_files import read_yaml
from bot.processes.trainer_words import sentence

WORDS = read_yaml(Path("bot/processes/trainer_words.yml"))
SAID = {
    word
    for path in Path("bot/processes").glob("trainer*.py")
    for word in re.findall(r"sentence\(\"(\w+)\"", path.read_text("utf-8"))
}


@pytest.mark.parametrize("key", WORDS)
def test_sentence_is_whole_in_both_languages(key: str) -> None:
    assert set(WORDS[key]) == {"fr", "en"}
    gaps = {language: re.findall(r"{(\w+)}", text) for language, text in WORDS[key].items()}
    assert gaps["fr"] == gaps["en"]
    said = sentence(key, detail="trente-trois", minutes="trente-trois")
    for text in said.values():
        assert ("trente-trois" in text) == bool(gaps["fr"])
        assert text[0].isupper()
        assert text.endswith((".", "trente-trois"))
    assert said["fr"] != said["en"]


def test_what_is_said_by_name_exists() -> None:
    assert SAID
    assert not SAID - set(WORDS)
