"""Says in French what a check says in English, by the patterns of `problem_words.yml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("problem_words.yml")
LONGEST = 2_000
"""Characters of a sentence that is tried on the patterns; only typed text makes one longer."""
_BLANK = re.compile(r"\{(\w+)\}")


def in_french(sentence: str) -> str:
    """The sentence in French; as it is where no pattern fits."""
    french = translated(sentence) or sentence
    return french[:1].upper() + french[1:]


def in_both(sentence: str) -> dict[str, str]:
    """The sentence by language, each with a capital."""
    return {"fr": in_french(sentence), "en": sentence[:1].upper() + sentence[1:]}


def translated(sentence: str) -> str | None:
    """The sentence in French, parts that have a French form of their own included, or None."""
    if len(sentence) > LONGEST:
        return None
    for pattern, french in _patterns():
        found = pattern.fullmatch(sentence) or pattern.fullmatch(_small(sentence))
        if found:
            parts = {name: translated(value) or value for name, value in found.groupdict().items()}
            return _BLANK.sub(lambda blank: parts.get(blank[1], blank[0]), french)  # noqa: B023
    return None


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    words = yaml.safe_load(_FILE.read_text("utf-8"))["sentences"]
    return [(_pattern(entry["en"]), entry["fr"]) for entry in words]


def _pattern(english: str) -> re.Pattern[str]:
    """`{name}` stands for some text; everything else stands for itself."""
    parts = _BLANK.split(english)
    written = "".join(
        f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)
    )
    return re.compile(written, re.DOTALL)
