"""The one door to the draft: read, save, compare, publish."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from bot.editing import adopting, past, publishing, saving
from bot.editing.changes import changed_paths, changes_between
from bot.editing.checker import Checker
from bot.editing.conversation_tests import check_conversation_test, test_path
from bot.editing.draft import Draft
from bot.editing.fields import at_fields
from bot.editing.joining import version
from bot.editing.listing import summaries
from bot.editing.mirrors import mirrored
from bot.editing.paths import CONTENT, check_editable, topic_of, topic_paths
from bot.editing.records import (
    Author,
    Change,
    Commit,
    FieldProblem,
    HandEdit,
    RawFile,
    Resolution,
    Saved,
    Topic,
    TopicChange,
    TopicSummary,
    Versions,
)
from bot.editing.refusals import IdRefused, NoSuchTopic, PathRefused
from bot.editing.starter import refuse, starter_files
from bot.editing.topic_files import change_file, read_topic, rules_of
from bot.editing.trial import trial_tree
from bot.editing.typed import check_file_size, check_sizes, clean_file


class Workshop:
    """A draft of the content at HOME. Every call is synchronous; call them in a thread."""

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

    # Reading

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
        found = checked.problems + self._checker.check_personal_data(checked.content, id)
        with self._draft.reading():
            if id is not None:
                paths = topic_paths(id)
                found += mirrored(self.root, checked.problems)
                found = [problem for problem in found if problem.path in paths]
            problems = at_fields(self.root, sorted(set(found)))
        self._count(problems, id)
        return problems

    # Changing

    def save(self, id: str, change: TopicChange, versions: Versions, by: Author) -> Saved:
        """Change fields of a topic; a file that holds problems is saved all the same.

        Only the files are compared with `versions` that this really changes, so a form may give
        back every field. A path that is not in `versions` is not compared.

        Raises:
            Conflict: a file that this changes was saved by somebody since; both texts are carried.
            TooLarge, NoSuchTopic, NotByFields.
        """
        check_sizes(change)
        with self._draft.writing():
            self._paths(id)
            return saving.save_topic(self._draft, id, change, versions, by)

    def save_file(self, path: str, text: str, version: str, by: Author) -> Saved:
        """Change a whole file, or write a new one, whose version is "".

        Raises:
            NotYaml: it could not be read; with the line and the text.
            Conflict, TooLarge, PathRefused.
        """
        check_editable(path)
        check_file_size(path, text)
        kept = clean_file(text)
        saving.check_yaml(path, kept)
        with self._draft.writing():
            return saving.save_file(self._draft, path, kept, version, by)

    def new_topic(self, id: str, by: Author) -> Topic:
        """Write the files of a new topic, to be filled in.

        Raises:
            IdRefused: there is one already, or it cannot be called so.
        """
        with self._draft.writing():
            files = starter_files(id)
            refusal = refuse(self.root, id, list(files))
            if refusal:
                raise IdRefused(id, refusal)
            written = {path: text.encode() for path, text in files.items()}
            self._draft.commit(written, f"Add the topic {id}", by)
        return self.topic(id)

    def add_conversation_test(self, name: str, text: str, by: Author) -> Saved:
        """Write a conversation test, as `bot/content/conversation_tests.py` describes it.

        Raises:
            IdRefused: there is one already, or it cannot be called so.
            ConversationTestRefused: it is not written as one, or holds personal data.
            TooLarge, NotYaml.
        """
        path = test_path(name)
        check_file_size(path, text)
        kept = clean_file(text)
        saving.check_yaml(path, kept)
        with self._draft.writing():
            if self._draft.text(path) is not None:
                raise IdRefused(name, f"`{name}` is there already: choose another name.")
            check_conversation_test(self.root, name, kept)
            return saving.save_file(self._draft, path, kept, "", by)

    def discard(self, id: str, by: Author) -> Saved:
        """Take back the live version of a topic; of a new one, remove it.

        Raises:
            NoSuchTopic: neither the draft nor what is live has one.
        """
        return self._discard(topic_paths(id), f"Take back the live version of {id}", id, by)

    def discard_file(self, path: str, by: Author) -> Saved:
        """Take back the live version of a file. Raises PathRefused."""
        check_editable(path)
        return self._discard((path,), f"Take back the live version of {path}", None, by)

    def undo(self, commit: str, by: Author) -> Saved:
        """Take one change back in a new commit.

        Raises:
            CannotUndo: later changes stand on it, or it is a merge.
            NoSuchCommit: the draft's history does not hold it.
        """
        with self._draft.writing():
            files, subject = past.undo(self._draft, commit)
            return self._commit(files, f'Undo "{subject}"', by)

    # Comparing

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

    # HOME

    def hand_edits(self) -> list[HandEdit]:
        """What was edited at HOME and is not in the draft, committed or not."""
        with self._draft.reading():
            return adopting.hand_edits(self._draft)

    def adopt(self, by: Author, resolutions: Sequence[Resolution] = ()) -> str:
        """Bring what was edited at HOME by hand into the draft; the draft's last commit.

        HOME itself is not touched: what was not committed there is committed in the draft, as
        written by hand.

        Raises:
            ConflictWithFiles: files that collide and for which no fitting resolution was given.
            NotYaml: a resolution is not valid YAML.
        """
        for each in resolutions:
            if each.text is not None and each.path.endswith(".yml"):
                saving.check_yaml(each.path, each.text)
        with self._draft.writing():
            return adopting.adopt(self._draft, by, resolutions)

    def merge_into_home(self, by: Author) -> str:
        """Publish: move HOME's checked-out branch forward to the draft; the commit's id.

        Raises:
            NotAdopted: HOME has commits of content that the draft does not have.
            ConflictWithFiles: files edited by hand at HOME would be overwritten.
        """
        with self._draft.writing():
            return publishing.merge_into_home(self._draft, by)

    def revert_home(self, commit: str, by: Author) -> str:
        """Roll back: a new commit at HOME whose content is that of `commit`; its id.

        The draft gets it too; where it has changes that were never published, those stay.

        Raises:
            NoSuchCommit; ConflictWithFiles: files edited by hand would be overwritten.
        """
        with self._draft.writing():
            return publishing.revert_home(self._draft, commit, by)

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

    def _discard(self, paths: Sequence[str], subject: str, id: str | None, by: Author) -> Saved:
        with self._draft.writing():
            git = self._draft.git
            live = git.blobs(self._draft.live(), CONTENT)
            files = {path: git.blob(live.get(path, "")) for path in paths}
            if id is not None and not any(map(live.get, paths)):
                self._paths(id)
            return self._commit(files, subject, by)

    def _commit(self, files: dict[str, bytes | None], subject: str, by: Author) -> Saved:
        known = {path: data for path, data in files.items() if data != self._draft.text(path)}
        commit = self._draft.commit(known, subject, by) if known else None
        return Saved(commit, {path: version(self._draft.text(path)) for path in files})

    def _count(self, problems: Sequence[FieldProblem], id: str | None) -> None:
        """Keep how many problems each topic has, for lists."""
        counts = Counter(PurePosixPath(each.path).stem for each in problems if each.topic)
        with self._counting:
            if id is None:
                self._counts = dict(counts)
            elif self._counts is not None:
                self._counts[id] = counts[id]


def _is_editable(path: str) -> bool:
    try:
        check_editable(path)
    except PathRefused:
        return False
    return True


def _today() -> date:
    return datetime.now(UTC).date()
