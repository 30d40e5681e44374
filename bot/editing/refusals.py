"""Why something was not done with the draft; nothing was changed by what raised these."""

from __future__ import annotations

from collections.abc import Sequence

from bot.editing.problem_words import in_both
from bot.editing.records import FieldConflict, FileConflict, Versions
from bot.errors import BotError


class EditingRefused(BotError):
    """It was not done; nothing was changed."""

    @property
    def sentences(self) -> dict[str, str]:
        """Why, by language."""
        return in_both(str(self))


class GitMissing(EditingRefused):
    """There is no git program to work with."""

    def __init__(self) -> None:
        super().__init__("git is not installed: install it to edit content in the console.")


class NotARepository(EditingRefused):
    """HOME is no git repository of its own, or has no commit yet."""

    def __init__(self, home: str, reason: str) -> None:
        self.home = home
        self.reason = reason
        super().__init__(f"The content folder {home} {reason}.")


class GitFailed(EditingRefused):
    """git refused, the disk is full, or something else kept a change from being written."""

    def __init__(self, verb: str, reason: str) -> None:
        self.verb = verb
        self.reason = reason
        super().__init__(f"git {verb} failed: {reason}")


class DraftMoved(EditingRefused):
    """The draft was changed since it was looked at."""

    def __init__(self) -> None:
        super().__init__("The draft was changed since it was looked at.")


class NoSuchTopic(EditingRefused):
    """There is no topic of this id in the draft."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"There is no topic `{id}`.")


class IdRefused(EditingRefused):
    """There can be no new topic or test of this name."""

    def __init__(self, id: str, reason: str) -> None:
        self.id = id
        self.reason = reason
        super().__init__(reason)


class PathRefused(EditingRefused):
    """This file is not edited here."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"`{path[:200]}` is not a file that can be edited here.")


class NotByFields(EditingRefused):
    """A file is not written so that single fields can be changed: edit it as a whole."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} cannot be changed field by field: edit the whole file.")


class TooLarge(EditingRefused):
    """More was typed than fits; sizes in characters, or items where `field` is a list."""

    def __init__(self, field: str, size: int, most: int) -> None:
        self.field = field
        self.size = size
        self.most = most
        super().__init__(f"`{field}` has a size of {size:,}; {most:,} at most.")


class NotYaml(EditingRefused):
    """What was typed is not valid YAML; `text` is what was typed."""

    def __init__(self, path: str, line: int, problem: str, text: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        self.text = text
        super().__init__(f"{path}:{line}: this is not valid YAML: {problem}.")


class ConversationTestRefused(EditingRefused):
    """A conversation test is not written as one, or holds personal data; a sentence for each."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))

    @property
    def sentences(self) -> dict[str, str]:
        each = [in_both(problem) for problem in self.problems]
        return {language: " ".join(one[language] for one in each) for language in ("fr", "en")}


class Conflict(EditingRefused):
    """Somebody saved the same file since you opened it.

    `fields` holds each field that differs between their text and yours; where `base` is yours,
    only they changed it. Show both. A save that gives `versions` puts what the form holds in the
    place of theirs.
    """

    def __init__(self, path: str, fields: Sequence[FieldConflict], versions: Versions) -> None:
        self.path = path
        self.fields = tuple(fields)
        self.versions = dict(versions)
        super().__init__(f"{path} was changed by somebody else since you opened it.")


class ConflictWithFiles(EditingRefused):
    """Files at HOME were edited by hand and would be overwritten, or collide with the draft."""

    def __init__(self, conflicts: Sequence[FileConflict]) -> None:
        self.conflicts = tuple(conflicts)
        self.paths = tuple(conflict.path for conflict in conflicts)
        names = ", ".join(self.paths) or "commits that the draft does not have"
        super().__init__(f"The content folder was edited by hand: {names}.")


class NotAdopted(ConflictWithFiles):
    """HOME has commits or edits that the draft does not have: adopt them first."""


class CannotUndo(EditingRefused):
    """Later changes stand on this one, or it is a merge; `paths` are the files in the way."""

    def __init__(self, commit: str, paths: Sequence[str]) -> None:
        self.commit = commit
        self.paths = tuple(paths)
        where = ", ".join(paths) or "it joins the work of several"
        super().__init__(f"The change {commit[:10]} cannot be undone by itself: {where}.")


class NoSuchCommit(EditingRefused):
    """The draft's history has no such commit."""

    def __init__(self, commit: str) -> None:
        self.commit = commit
        super().__init__(f"There is no change {commit[:40]!r} in the history.")
