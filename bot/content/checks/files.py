"""The content as files: parsed once, with lines, for all checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from bot.content.checks.problem import Problem, shown
from bot.content.yaml_files import line_of, lines_of_items, read_yaml

LANGUAGES = ("fr", "en")
TRAINED = Path("nlu")
HELD_OUT = Path("tests/nlu")
SOURCES = "stories/sources.yml"
PLACES = "stories/safety/places.yml"
CRISIS = "stories/safety/crisis.yml"
CRISIS_EXAMPLES = "stories/safety/crisis_examples.yml"
SMOKE = "stories/smoke.yml"
_SINGLE = {
    SOURCES: "sources",
    PLACES: "places",
    CRISIS: "crisis",
    CRISIS_EXAMPLES: "crisis_examples",
    SMOKE: "smoke",
}
"""Files of which there is one, and where their content is kept."""


@dataclass(frozen=True)
class Example:
    """One training example or held-out message."""

    text: str
    intent: str
    language: str
    path: str
    line: int

    @property
    def topic(self) -> str:
        """What the file is named after, whatever intent it says it holds."""
        return self.path.rpartition("/")[2].removesuffix(".yml")


@dataclass(frozen=True)
class Heading:
    """What a training or held-out file says it holds."""

    intent: str
    path: str
    line: int

    @property
    def topic(self) -> str:
        """What the file is named after."""
        return PurePosixPath(self.path).stem


@dataclass
class Content:
    """All that staff wrote, and what could not even be read."""

    root: Path
    today: date
    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    crisis: dict[str, Any] = field(default_factory=dict)
    crisis_examples: dict[str, Any] = field(default_factory=dict)
    smoke: dict[str, Any] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    held_out: list[Example] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)

    def answer_path(self, id: str) -> str:
        """Where an answer stands."""
        return f"stories/answers/{id}.yml"

    def line(self, path: str, *keys: str | int) -> int:
        """The line of a nested key in a YAML file."""
        return line_of(self.root / path, *keys)

    def is_readable(self, path: str) -> bool:
        """Whether nothing in the file kept it, or a line of it, from being read."""
        return all(problem.path != path for problem in self.unreadable)

    def topics(self, folder: Path) -> set[str]:
        """What the files of a folder are named after, in either language."""
        return {
            path.stem for language in LANGUAGES for path in _files(self.root / folder / language)
        }


def read_content(root: Path, today: date) -> Content:
    """Read every file; a file that is not YAML becomes a problem, the rest is still checked."""
    return join_content(root, today, [read_file(root, path) for path in content_files(root)])


def content_files(root: Path) -> list[str]:
    """The path of every file that is read, in the order in which it is checked."""
    folders = ["stories/answers", "stories/words"]
    folders += [f"{folder}/{language}" for folder in (TRAINED, HELD_OUT) for language in LANGUAGES]
    return [
        *_SINGLE,
        *(shown(path, root) for folder in folders for path in _files(root / folder)),
    ]


def read_file(root: Path, name: str) -> Content:
    """What one file holds, by itself."""
    content, path = Content(root, date.min), root / name
    folder = PurePosixPath(name).parent
    if name in _SINGLE:
        setattr(content, _SINGLE[name], _read(content, path))
    elif folder.parent == PurePosixPath(TRAINED):
        content.examples += _examples(content, path, folder.name)
    elif folder.parent == PurePosixPath(HELD_OUT):
        content.held_out += _messages(content, path, folder.name)
    else:
        where = content.words if folder.name == "words" else content.answers
        where[path.stem] = _read(content, path)
    return content


def join_content(root: Path, today: date, parts: Iterable[Content]) -> Content:
    """What several files hold."""
    content = Content(root, today)
    for part in parts:
        content.answers |= part.answers
        content.words |= part.words
        for name in _SINGLE.values():
            setattr(content, name, getattr(content, name) or getattr(part, name))
        content.examples += part.examples
        content.held_out += part.held_out
        content.headings += part.headings
        content.unreadable += part.unreadable
    return content


def held_out(root: Path, folder: Path) -> list[Example]:
    """The messages of a folder such as `HELD_OUT`, for who needs nothing else."""
    return _held_out(Content(root, date.min), folder)


def _held_out(content: Content, folder: Path) -> list[Example]:
    return [
        message
        for language in LANGUAGES
        for path in _files(content.root / folder / language)
        for message in _messages(content, path, language)
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


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
        if "'\\t'" in what:
            what = "a tab stands here; use blanks"
        line = mark.line + 1 if mark else 1
        content.unreadable.append(Problem(name, line, f"this is not valid YAML: {what}."))
        return {}
    if not isinstance(data, dict):
        content.unreadable.append(Problem(name, 1, "this file must hold `key: value` lines."))
        return {}
    return data


_EXAMPLE = re.compile(r"- +(\S.*?) *")


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
    for n, block in enumerate(blocks):
        intent = str(block.get("intent") or "")
        content.headings.append(Heading(intent, name, content.line(name, "nlu", n, "intent")))
        place = content.line(name, "nlu", n, "examples")
        for line, text in enumerate(block["examples"].splitlines(), place + 1):
            found = _EXAMPLE.fullmatch(text)
            if found and "\t" not in text:
                yield Example(found[1], intent, language, name, line)
            elif text.strip():
                content.unreadable.append(Problem(name, line, _not_an_example(text)))


def _not_an_example(text: str) -> str:
    if "\t" in text:
        return "a tab stands here; use blanks."
    if text.strip() == "-":
        return "this example is empty."
    if text.lstrip().startswith("- "):
        return "begin this line right under the first `- `: Rasa skips it like this."
    return "an example begins with `- `."


def _messages(content: Content, path: Path, language: str) -> Iterator[Example]:
    data = _read(content, path)
    name = shown(path, content.root)
    messages = data.get("messages") or []
    if "messages" not in data or not isinstance(messages, list):
        if data:
            content.unreadable.append(Problem(name, 1, "write `intent:` and a list `messages:`."))
        return
    intent = str(data.get("intent") or "")
    content.headings.append(Heading(intent, name, content.line(name, "intent")))
    lines = path.read_text("utf-8").splitlines()
    for message, line in zip(messages, lines_of_items(path, "messages")):
        if isinstance(message, str) and message.strip() and not _CUT.match(lines[line - 1]):
            yield Example(message, intent, language, name, line)
        else:
            is_empty = _NOTHING.fullmatch(lines[line - 1])
            sentence = "this message is empty." if is_empty else "put the message in quotes."
            content.unreadable.append(Problem(name, line, sentence))


_CUT = re.compile(r"""\s*-\s+[^"'\s>|].*\s\#""", re.VERBOSE)
"""Without quotes, YAML drops what follows a `#`."""
_NOTHING = re.compile(r"""\s*-\s*(?:"\s*"|'\s*')?\s*""")
