"""How the draft differs from what is live, topic by topic and field by field."""

from __future__ import annotations

from collections.abc import Mapping

from bot.editing.differences import line_diff, word_diff
from bot.editing.git import Repository
from bot.editing.paths import CONTENT, answer_path, topic_of, topic_paths
from bot.editing.records import Change, FieldChange, Kind
from bot.editing.topic_files import fields_of

Blobs = Mapping[str, str]
_LISTS = ("examples.", "held_out.", "sources")


def changed_paths(git: Repository, live: str, head: str) -> list[str]:
    """Content files that differ between two commits."""
    listed = git("diff-tree", "-r", "-z", "--name-only", "--no-renames", live, head, "--", *CONTENT)
    return sorted(filter(None, listed.split("\0")))


def changes_between(git: Repository, live: str, head: str) -> list[Change]:
    """What a publication would change, by topic, other files last."""
    paths = changed_paths(git, live, head)
    if not paths:
        return []
    old, new = git.blobs(live, CONTENT), git.blobs(head, CONTENT)
    by_topic: dict[str, list[str]] = {}
    others = []
    for path in paths:
        topic = topic_of(path)
        if topic is None:
            others.append(path)
        else:
            by_topic.setdefault(topic, []).append(path)
    found = [
        _change(git, topic, paths, old, new, _first_path(topic, old, new))
        for topic, paths in sorted(by_topic.items())
    ]
    return found + [_change(git, None, [path], old, new, path) for path in others]


def _change(
    git: Repository, topic: str | None, paths: list[str], old: Blobs, new: Blobs, decides: str
) -> Change:
    fields = [
        change
        for path in paths
        for change in _fields(path, git.blob(old.get(path, "")), git.blob(new.get(path, "")))
    ]
    kind: Kind = "new" if decides not in old else "removed" if decides not in new else "changed"
    return Change(topic, tuple(paths), kind, tuple(fields))


def _first_path(topic: str, old: Blobs, new: Blobs) -> str:
    """The file whose coming and going is that of the topic: its answer, if it has one."""
    paths = (answer_path(topic), *topic_paths(topic))
    return next(path for path in paths if path in old or path in new)


def _fields(path: str, before: bytes | None, after: bytes | None) -> list[FieldChange]:
    one, other = fields_of(path, before), fields_of(path, after)
    if before is None or after is None:  # compare with nothing, field by field
        one, other = (one, dict.fromkeys(one, "")) if after is None else ({}, other)
    elif one.keys() != other.keys():
        one, other = {"": before.decode("utf-8", "replace")}, {"": after.decode("utf-8", "replace")}
    changes = [
        FieldChange(
            name,
            line_diff(one.get(name, "").splitlines(), text.splitlines())
            if name.startswith(_LISTS) or name.endswith(".buttons")
            else word_diff(one.get(name, ""), text),
        )
        for name, text in other.items()
        if one.get(name, "") != text
    ]
    if not changes and before is not None and after is not None:  # a comment, or blanks
        old_text, new_text = (each.decode("utf-8", "replace") for each in (before, after))
        changes = [FieldChange("", word_diff(old_text, new_text))]
    return changes
