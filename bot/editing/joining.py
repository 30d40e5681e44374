"""Joins two changes of the same files, or says which files do not go together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.editing import yaml_text
from bot.editing.git import Repository, blob_id
from bot.editing.records import FileConflict, Resolution
from bot.editing.refusals import ConflictWithFiles, GitFailed

Files = Mapping[str, str]
"""A blob's id by path."""


class Collision(Exception):
    """Two changes of one file do not go together."""


def join(
    git: Repository,
    base: Files,
    draft: Files,
    by_hand: Files,
    resolutions: Iterable[Resolution] = (),
) -> dict[str, bytes | None]:
    """What the draft lacks of what was done by hand: a file's new content, None to remove it.

    Raises:
        ConflictWithFiles: files that collide and have no resolution made for these very versions.
    """
    decided = {each.path: each for each in resolutions}
    joined: dict[str, bytes | None] = {}
    conflicts = []
    for path in sorted({*base, *draft, *by_hand}):
        ours, theirs = draft.get(path), by_hand.get(path)
        if theirs in (base.get(path), ours):
            continue
        texts = [git.blob(files.get(path, "")) for files in (base, draft, by_hand)]
        try:
            joined[path] = join_file(git, path, *texts)
        except Collision:
            decision = decided.get(path)
            if decision and (decision.draft_version, decision.hand_version) == (
                ours or "",
                theirs or "",
            ):
                joined[path] = None if decision.text is None else decision.text.encode()
            else:
                conflicts.append(conflict(path, *texts))
    if conflicts:
        raise ConflictWithFiles(conflicts)
    return joined


def join_file(
    git: Repository, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None
) -> bytes | None:
    """One file with both changes, line by line.

    Raises:
        Collision: they touch the same lines, or what comes out is not YAML.
    """
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if ours is None or theirs is None:
        raise Collision
    joined = _join_lines(git, base or b"", ours, theirs)
    if path.endswith(".yml"):
        try:
            yaml_text.load(joined.decode("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise Collision from error
    return joined


def conflict(
    path: str, base: bytes | None, draft: bytes | None, by_hand: bytes | None
) -> FileConflict:
    """What to show of a file that collides."""
    return FileConflict(
        path,
        base=_text(base),
        draft=_text(draft),
        by_hand=_text(by_hand),
        draft_version=version(draft),
        hand_version=version(by_hand),
    )


def version(data: bytes | None) -> str:
    """The token of a file's content, "" where there is no file."""
    return "" if data is None else blob_id(data)


def _join_lines(git: Repository, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            names.append(str(Path(folder) / name))
            Path(names[-1]).write_bytes(data)
        try:
            return git.read("merge-file", "--stdout", *names)
        except GitFailed as error:  # its exit code is the number of places that collide
            raise Collision from error


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")
