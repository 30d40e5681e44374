"""`stories/smoke.yml`: what every new version must still answer before it speaks to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.checks.files import LANGUAGES, SMOKE
from bot.content.yaml_files import read_yaml
from bot.errors import ContentInvalid

NO_LIST = "write `messages:` and under it a list of messages with their answers."


@dataclass(frozen=True)
class SmokeTest:
    """The first message of a conversation, and the answer it must get."""

    language: str
    answer: str
    says: str | None = None
    presses: str | None = None
    """A button's value, instead of words."""

    @property
    def sent(self) -> str:
        """What is sent, to be shown."""
        return str(self.says if self.says is not None else self.presses)


def load_smoke(root: Path) -> tuple[SmokeTest, ...]:
    """All of a content folder.

    Raises:
        ContentInvalid: the file is missing, or an entry is not as it should be.
    """
    try:
        data = read_yaml(root / SMOKE)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "problem", None) or type(error).__name__
        raise ContentInvalid([f"[ERROR] {SMOKE}:1: this cannot be read ({reason})."]) from error
    entries = data.get("messages") if isinstance(data, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise ContentInvalid([f"[ERROR] {SMOKE}:1: {NO_LIST}"])
    for place, entry in enumerate(entries, 1):
        if reason := what_is_wrong(entry):
            raise ContentInvalid([f"[ERROR] {SMOKE}:1: message {place}: {reason}"])
    return tuple(SmokeTest(**entry) for entry in entries)


def what_is_wrong(entry: Any) -> str:
    """A sentence on an entry that is not as it should be; empty where nothing is."""
    if not isinstance(entry, Mapping) or not all(isinstance(v, str) for v in entry.values()):
        return "write `language:`, `says:` or `presses:`, and `answer:`, each with words."
    if set(entry) not in ({"language", "says", "answer"}, {"language", "presses", "answer"}):
        return "write `language:`, `says:` or `presses:`, and `answer:`, and nothing else."
    if entry["language"] not in LANGUAGES:
        return "`language` is `fr` or `en`."
    return ""
