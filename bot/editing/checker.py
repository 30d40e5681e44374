"""Checks the draft as `make check` does, and anew only what changed since."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from bot.content.check import CHECKS
from bot.content.checks.abuse import check_abuse
from bot.content.checks.crisis import check_crisis
from bot.content.checks.crisis_examples import check_crisis_examples
from bot.content.checks.files import Content, content_files, join_content, read_file
from bot.content.checks.problem import Problem
from bot.safety.personal_data.content_check import check_personal_data

Stamp = tuple[int, int, int]
"""When a file was written, how large it is and which one it is."""
_OF_SAFETY = (check_abuse, check_crisis, check_crisis_examples)
"""Slow, and only of files that nobody edits here and of the answers' ids."""
_OTHERS = tuple(check for check in CHECKS if check not in _OF_SAFETY)


@dataclass(frozen=True)
class _Part:
    """One file as it was read."""

    stamp: Stamp
    content: Content


@dataclass(frozen=True)
class Checked:
    """The content as it was read, and what is wrong with it."""

    content: Content
    problems: list[Problem]


class Checker:
    """Remembers what was read and found; for use by many threads."""

    def __init__(self, root: Path, today: Callable[[], date]) -> None:
        self._root = root
        self._today = today
        self._lock = threading.Lock()
        self._parts: dict[str, _Part] = {}
        self._safety_lock = threading.Lock()
        self._of_safety: tuple[object, list[Problem]] = (None, [])
        self._personal_lock = threading.Lock()
        self._personal: dict[str, tuple[object, list[Problem]]] = {}

    def read(self) -> dict[str, Content]:
        """Every file by its path, read anew only where it changed."""
        with self._lock:
            return {path: part.content for path, part in self._read().items()}

    def check(self) -> Checked:
        """All problems but those of personal data; nothing may write meanwhile."""
        with self._lock:
            parts = self._read()
        return self._check(self._root, [part.content for part in parts.values()])

    def check_instead(self, root: Path, changed: Iterable[str]) -> Checked:
        """The same of another folder, which differs from this one in the files named alone."""
        parts = self.read()
        there = set(content_files(root))
        parts |= {path: read_file(root, path) for path in changed if path in there}
        return self._check(root, [part for path, part in parts.items() if path in there])

    def _check(self, root: Path, parts: Iterable[Content]) -> Checked:
        content = join_content(root, self._today(), parts)
        problems = [*content.unreadable]
        for check in _OTHERS:
            problems += check(content)
        with self._safety_lock:
            return Checked(content, problems + self._check_safety(content))

    def check_personal_data(self, content: Content, topic: str | None = None) -> list[Problem]:
        """Personal data in the messages of a topic, or of all; files may change meanwhile."""
        lists = self._stamps("stories/safety/*.yml", "stories/words/personal_data.yml")
        wanted = {
            path: part
            for path, part in _messages(content)
            if topic is None or PurePosixPath(path).stem == topic
        }
        with self._personal_lock:
            known = dict(self._personal)
        new = {
            path: part
            for path, part in wanted.items()
            if known.get(path, (None,))[0] != (lists, _texts(part))
        }
        if new or known.get("", (None,))[0] != lists:
            fresh = join_content(self._root, self._today(), new.values())
            fresh.unreadable += content.unreadable
            found = list(check_personal_data(fresh))
            for path, part in new.items():
                mine = [problem for problem in found if problem.path == path]
                known[path] = ((lists, _texts(part)), mine)
            known[""] = (lists, [problem for problem in found if problem.path not in wanted])
            with self._personal_lock:
                self._personal |= {path: known[path] for path in (*new, "")}
        return [problem for path in (*wanted, "") for problem in known[path][1]]

    def _read(self) -> dict[str, _Part]:
        parts = {}
        for path in content_files(self._root):
            stamp, part = self._stamp(path), self._parts.get(path)
            if part is None or part.stamp != stamp:
                part = _Part(stamp, read_file(self._root, path))
            parts[path] = part
        self._parts = parts
        return parts

    def _check_safety(self, content: Content) -> list[Problem]:
        stamps = self._stamps("stories/safety/*.yml", "stories/words/personal_data.yml")
        key = (stamps, tuple(content.answers))
        if self._of_safety[0] != key:
            found = [problem for check in _OF_SAFETY for problem in check(content)]
            self._of_safety = (key, found)
        return self._of_safety[1]

    def _stamps(self, *patterns: str) -> tuple[tuple[str, Stamp], ...]:
        paths = sorted(path for pattern in patterns for path in self._root.glob(pattern))
        return tuple((path.name, self._stamp(path)) for path in paths)

    def _stamp(self, path: str | Path) -> Stamp:
        try:
            found = (self._root / path).stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)


def _messages(content: Content) -> Iterator[tuple[str, Content]]:
    """The files of examples and held-out messages, each as content of its own."""
    by_path: dict[str, Content] = {}
    for kind in ("examples", "held_out"):
        for message in getattr(content, kind):
            if message.path not in by_path:
                by_path[message.path] = Content(content.root, content.today)
            getattr(by_path[message.path], kind).append(message)
    yield from by_path.items()


def _texts(part: Content) -> tuple[object, ...]:
    return (*part.examples, *part.held_out)
