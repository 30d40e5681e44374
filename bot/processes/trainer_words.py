"""The trainer's sentences to staff, in both languages, from `trainer_words.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bot.content.library import LANGUAGES
from bot.content.yaml_files import read_yaml


def sentence(key: str, **values: object) -> dict[str, str]:
    """One sentence in `fr` and `en`, its `{placeholders}` filled."""
    sides = _words()[key]
    return {language: sides[language].format(**values).strip() for language in LANGUAGES}


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = read_yaml(Path(__file__).with_suffix(".yml"))
    return words
