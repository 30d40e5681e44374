"""All that the draft tells: topics, files, problems, changes. It never changes anything."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from bot.content.checks.problem import Problem
from bot.editing import adopting, past
from bot.editing.changes import changed_paths, changes_between
from bot.editing.checker import Checked, Checker
from bot.editing.draft import Draft
from bot.editing.fields import at_fields
from bot.editing.joining import version
from bot.editing.listing import summaries
from bot.editing.mirrors import mirrored
from bot.editing.paths import CONTENT, check_editable, topic_of, topic_paths
from bot.editing.records import (
    Change,
    Commit,
    FieldProblem,
    HandEdit,
    RawFile,
    Topic,
    TopicChange,
    TopicSummary,
)
from bot.editing.refusals import NoSuchTopic, PathRefused
from bot.editing.topic_files import change_file, read_topic, rules_of
from bot.editing.trial import trial_tree
from bot.editing.typed import check_sizes


class DraftReader:
    """A draft of the content at HOME, as it is read."""

    def __init__(self, home: Path, draft: Path) -> None:
        """Take the live content folder and where its draft stands; touches neither."""
        self.root = draft
        self._draft = Draft(home, draft)
        self._checker = Checker(draft, _today)
        self._counting = threading.Lock()
        self._counts: dict[str, int] | None = None

    def open(self) -> None:
        """Make the draft if there is none, and put it in order after a crash.

        Raises:
            GitMissing, NotARepository, GitFailed: with a sentence that says what to do.
        """
        self._draft.open()

    def topics(self) -> list[TopicSummary]:
        """Every topic, by id. The first call reads all files, which takes seconds."""
        with self._draft.reading():
            parts = self._checker.read()
            changed = changed_paths(self._draft.git, self._draft.live(), self.head())
        with self._counting:
            counts = None if self._counts is None else dict(self._counts)
        return summaries(parts, {topic_of(path) for path in changed}, counts)

    def topic(self, id: str) -> Topic:
        """One topic.

        Raises:
            NoSuchTopic: there is none of this id.
        """
        with self._draft.reading():
            texts = {path: self._draft.text(path) for path in self._paths(id)}
            rules = {
                path: self._draft.text(path) or b""
                for path in self.files()
                if path.startswith(("stories/rules/", "stories/flows/"))
            }
        return read_topic(id, texts, rules_of(id, rules))

    def files(self) -> list[str]:
        """The paths that `file` and `save_file` take and that there are, by name."""
        listed = self._draft.git.blobs(self.head(), CONTENT)
        return sorted(path for path in listed if _is_editable(path))

    def file(self, path: str) -> RawFile:
        """A file as it is written; empty, with version "", where there is none.

        Raises:
            PathRefused: it is not edited here.
        """
        with self._draft.reading():
            data = self._draft.text(check_editable(path))
        return RawFile(path, (data or b"").decode("utf-8", "replace"), version(data))

    def problems(self, id: str | None = None) -> list[FieldProblem]:
        """What `make check` says of the draft, of one topic or of all.

        The first check of all takes many seconds (call it in the background after `open`); later
        ones check anew only what changed. For one topic it never waits for personal data in others.
        """
        with self._draft.reading():
            checked = self._checker.check()
        personal = self._checker.check_personal_data(checked.content, id)
        with self._draft.reading():
            problems = _said(self.root, checked, personal, id)
        self._count(problems, id)
        return problems

    def problems_if(self, id: str, change: TopicChange) -> list[FieldProblem]:
        """What `problems` would say of a topic after a change; nothing is saved.

        Raises:
            TooLarge, NoSuchTopic, NotByFields: as `save` does.
        """
        check_sizes(change)
        with self._draft.reading():
            now = {path: self._draft.text(path) for path in self._paths(id)}
            then = {path: change_file(path, data, change) for path, data in now.items()}
            changed = {path: data for path, data in then.items() if data != now[path]}
            with trial_tree(self.root, changed) as root:
                checked = self._checker.check_instead(root, changed)
                personal = self._checker.check_personal_data(checked.content, id)
                return _said(root, checked, personal, id)

    def changes(self) -> list[Change]:
        """What would be published: how the draft differs from HOME's last commit."""
        return changes_between(self._draft.git, self._draft.live(), self.head())

    def changes_of(self, commit: str) -> list[Change]:
        """What one commit changed; a merge is compared with the draft before it. NoSuchCommit."""
        return changes_between(self._draft.git, *past.before_and_after(self._draft, commit))

    def history(self, most: int = 50) -> list[Commit]:
        """The last changes of content, newest first."""
        return past.history(self._draft, most)

    def head(self) -> str:
        """The id of the draft's last commit."""
        return self._draft.git.head()

    def hand_edits(self) -> list[HandEdit]:
        """What was edited at HOME and is not in the draft, committed or not."""
        with self._draft.reading():
            return adopting.hand_edits(self._draft)

    def snapshot(self, folder: Path, commit: str | None = None) -> str:
        """Copy the content of the draft, or of a commit, into a new folder; the commit's id.

        Raises:
            NoSuchCommit; FileExistsError: the folder is there.
        """
        return past.copy_content(self._draft, commit or self.head(), folder)

    def _paths(self, id: str) -> tuple[str, ...]:
        """The files of a topic that there is."""
        paths = topic_paths(id)
        if not all(map(_is_editable, paths)) or not any(
            self._draft.text(path) is not None for path in paths
        ):
            raise NoSuchTopic(id)
        return paths

    def _count(self, problems: Sequence[FieldProblem], id: str | None) -> None:
        """Keep how many problems each topic has, for lists."""
        counts = Counter(PurePosixPath(each.path).stem for each in problems if each.topic)
        with self._counting:
            if id is None:
                self._counts = dict(counts)
            elif self._counts is not None:
                self._counts[id] = counts[id]


def _said(
    root: Path, checked: Checked, personal: Sequence[Problem], id: str | None
) -> list[FieldProblem]:
    """Problems at their fields; of one topic, also those that are reported at another."""
    found = {*checked.problems, *personal}
    if id is not None:
        paths = topic_paths(id)
        found |= set(mirrored(root, checked.problems))
        found = {problem for problem in found if problem.path in paths}
    return at_fields(root, sorted(found))


def _is_editable(path: str) -> bool:
    try:
        check_editable(path)
    except PathRefused:
        return False
    return True


def _today() -> date:
    return datetime.now(UTC).date()
