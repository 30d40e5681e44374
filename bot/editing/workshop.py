"""The one door to the draft: read, save, compare, publish."""

from __future__ import annotations

from collections.abc import Sequence

from bot.editing import adopting, past, publishing, saving
from bot.editing.conversation_tests import check_conversation_test, test_path
from bot.editing.joining import version
from bot.editing.paths import CONTENT, check_editable, topic_paths
from bot.editing.reader import DraftReader
from bot.editing.records import Author, Resolution, Saved, Topic, TopicChange, Versions
from bot.editing.refusals import DraftMoved, IdRefused
from bot.editing.starter import refuse, starter_files
from bot.editing.typed import check_file_size, check_sizes, clean_file


class Workshop(DraftReader):
    """A draft of the content at HOME. Every call is synchronous; call them in a thread.

    What it tells of the draft, and `open`, are in `reader.py`.
    """

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

    def merge_into_home(self, by: Author, *, seen: str | None = None) -> str:
        """Publish: move HOME's checked-out branch forward to the draft; the commit's id.

        Args:
            by: Who publishes.
            seen: The draft's last commit as it was looked at; None: whatever it is now.

        Raises:
            DraftMoved: it is another one by now.
            NotAdopted: HOME has commits of content that the draft does not have.
            ConflictWithFiles: files edited by hand at HOME would be overwritten.
        """
        with self._draft.writing():
            if seen is not None and self._draft.git.head() != seen:
                raise DraftMoved
            return publishing.merge_into_home(self._draft, by)

    def revert_home(self, commit: str, by: Author) -> str:
        """Roll back: a new commit at HOME whose content is that of `commit`; its id.

        The draft gets it too; where it has changes that were never published, those stay.

        Raises:
            NoSuchCommit; ConflictWithFiles: files edited by hand would be overwritten.
        """
        with self._draft.writing():
            return publishing.revert_home(self._draft, commit, by)

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
