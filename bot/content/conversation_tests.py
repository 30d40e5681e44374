"""`tests/conversations/*.yml`: conversations that staff wrote down, and what the bot must answer.

    language: fr
    turns:
      - says: "c'est quoi le gouvernement ouvert"
        answers: [open_government]
      - presses: Dis-m'en plus
        answers: [open_government]

`language` is the language in which every answer comes. A turn says words or presses a button of the
last reply by its label; `answers` names the answers that come, in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.yaml_files import StaffLoader

FOLDER = "tests/conversations"
_FRAME = "write `language:` and a list `turns:`, and nothing else."
_TURN = "write `says:` or `presses:`, and a list `answers:`, and nothing else."
_LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class WrittenTurn:
    """What a person sends, and the answers that must come."""

    sent: str
    is_button: bool
    answers: tuple[str, ...]


@dataclass(frozen=True)
class WrittenConversation:
    """One file."""

    language: str
    turns: tuple[WrittenTurn, ...]


def read_conversation(text: str) -> WrittenConversation:
    """A conversation in which `problems_of` finds nothing."""
    data = yaml.load(text, Loader=StaffLoader)  # noqa: S506 - it is a safe loader
    turns = tuple(
        WrittenTurn(
            turn["presses"] if "presses" in turn else turn["says"],
            "presses" in turn,
            tuple(turn["answers"]),
        )
        for turn in data["turns"]
    )
    return WrittenConversation(data["language"], turns)


def load_conversations(root: Path) -> dict[str, WrittenConversation]:
    """Every conversation of a content folder, by name."""
    return {
        path.stem: read_conversation(path.read_text("utf-8"))
        for path in sorted((root / FOLDER).glob("*.yml"))
    }


def problems_of(
    data: Any, answers: Mapping[str, object]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where something is wrong in what a file holds, and what; `answers` are those there are."""
    if not isinstance(data, dict) or set(data) != {"language", "turns"}:
        yield (), _FRAME
        return
    if data["language"] not in _LANGUAGES:
        yield ("language",), "`language` is `fr` or `en`."
    turns = data["turns"]
    if not isinstance(turns, list) or not turns:
        yield ("turns",), _FRAME
        return
    for n, turn in enumerate(turns):
        if not _is_turn(turn):
            yield ("turns", n), f"turn {n + 1}: {_TURN}"
            continue
        if n == 0 and "presses" in turn:
            yield ("turns", n), f"turn {n + 1}: the first turn has no button to press."
        for answer in turn["answers"]:
            if answer not in answers:
                yield ("turns", n), f"turn {n + 1}: there is no answer `{answer}`."


def _is_turn(turn: object) -> bool:
    if not isinstance(turn, dict) or set(turn) not in ({"says", "answers"}, {"presses", "answers"}):
        return False
    sent, answers = turn.get("says", turn.get("presses")), turn["answers"]
    is_sent = isinstance(sent, str) and bool(sent.strip())
    is_list = isinstance(answers, list) and bool(answers)
    return is_sent and is_list and all(isinstance(answer, str) for answer in answers)
