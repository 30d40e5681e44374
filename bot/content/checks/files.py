"""The content as files: parsed once, with lines, for all checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.content.checks.problem import Problem, shown
from bot.content.yaml_files import line_of, lines_of_items, read_yaml

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Example:
    """One training example or held-out message."""

    text: str
    intent: str
    language: str
    path: str
    line: int


@dataclass
class Content:
    """All that staff wrote, and what could not even be read."""

    root: Path
    today: date
    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    held_out: list[Example] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)

    def answer_path(self, id: str) -> str:
        """Where an answer stands."""
        return f"stories/answers/{id}.yml"

    def line(self, path: str, *keys: str) -> int:
        """The line of a nested key in a YAML file."""
        return line_of(self.root / path, *keys)


def read_content(root: Path, today: date) -> Content:
    """Read every file; a file that is not YAML becomes a problem, the rest is still checked."""
    content = Content(root, today)
    for path in sorted((root / "stories/answers").glob("*.yml")):
        content.answers[path.stem] = _read(content, path)
    content.sources = _read(content, root / "stories/sources.yml")
    for path in sorted((root / "stories/words").glob("*.yml")):
        content.words[path.stem] = _read(content, path)
    for language in LANGUAGES:
        for path in sorted((root / "nlu" / language).glob("*.yml")):
            content.examples += _examples(content, path, language)
        for path in sorted((root / "tests/nlu" / language).glob("*.yml")):
            content.held_out += _messages(content, path, language)
    return content


_UNREADABLE = {
    UnicodeDecodeError: "not UTF-8 text",
    yaml.reader.ReaderError: "it holds control characters",
}


def _read(content: Content, path: Path) -> dict[str, Any]:
    name = shown(path, content.root)
    try:
        data = read_yaml(path)
    except FileNotFoundError:
        content.unreadable.append(Problem(name, 1, "this file is missing."))
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or _UNREADABLE.get(type(error), "unknown")
        line = mark.line + 1 if mark else 1
        content.unreadable.append(Problem(name, line, f"this is not valid YAML: {what}."))
        return {}
    if not isinstance(data, dict):
        content.unreadable.append(Problem(name, 1, "this file must hold `key: value` lines."))
        return {}
    return data


_EXAMPLE = re.compile(r"\s*-\s+(.*\S)\s*")


def _examples(content: Content, path: Path, language: str) -> Iterator[Example]:
    """The examples with their lines, which the parsed YAML no longer knows."""
    data = _read(content, path)
    name = shown(path, content.root)
    blocks = data.get("nlu")
    if not isinstance(blocks, list) or not all(
        isinstance(block, dict) and isinstance(block.get("examples"), str) for block in blocks
    ):
        if data:
            content.unreadable.append(
                Problem(name, 1, "write `nlu:`, then `- intent: ...` with `examples: |` under it.")
            )
        return
    lines = path.read_text("utf-8").splitlines()
    places = [n for n, text in enumerate(lines, 1) if re.match(r"\s*-?\s*examples:", text)]
    for block, place in zip(blocks, places):
        for offset, text in enumerate(block["examples"].splitlines(), 1):
            found = _EXAMPLE.fullmatch(text)
            if found:
                yield Example(found[1], str(block.get("intent")), language, name, place + offset)
            elif text.strip():
                content.unreadable.append(
                    Problem(name, place + offset, "an example begins with `- `.")
                )


def _messages(content: Content, path: Path, language: str) -> Iterator[Example]:
    data = _read(content, path)
    name = shown(path, content.root)
    messages = data.get("messages")
    if not isinstance(messages, list):
        if data:
            content.unreadable.append(Problem(name, 1, "write `intent:` and a list `messages:`."))
        return
    for message, line in zip(messages, lines_of_items(path, "messages")):
        yield Example(str(message), str(data.get("intent")), language, name, line)
