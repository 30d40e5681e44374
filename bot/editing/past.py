"""The draft's history, and the ways back into it."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

from bot.editing.draft import Draft
from bot.editing.joining import Collision, join_file
from bot.editing.paths import CONTENT
from bot.editing.records import Author, Commit
from bot.editing.refusals import CannotUndo, NoSuchCommit

_FORMAT = "%x01%H%x00%P%x00%an%x00%ae%x00%at%x00%s%x00"


def history(draft: Draft, most: int) -> list[Commit]:
    """The last commits that touched content, newest first."""
    git, live = draft.git, draft.live()
    unpublished = set(git("rev-list", "HEAD", "--not", live).split())
    listed = git(
        *("log", f"-{most}", f"--format={_FORMAT}", "--name-only", "-z", "--no-renames"),
        *("HEAD", "--", *CONTENT),
    )
    found = []
    for entry in filter(None, listed.split("\x01")):
        id, parents, name, email, at, subject, *paths = entry.split("\0")
        found.append(
            Commit(
                id,
                Author(name, email),
                float(at),
                subject,
                tuple(filter(None, (path.strip("\n") for path in paths))),
                is_published=id not in unpublished,
                is_merge=" " in parents,
            )
        )
    return found


def before_and_after(draft: Draft, commit: str) -> tuple[str, str]:
    """The commit before one of the draft's history, and that one.

    Raises:
        NoSuchCommit: the draft's history does not hold it.
    """
    git = draft.git
    id = git.resolve(commit)
    if id is None or not git.is_ancestor(id, git.head()):
        raise NoSuchCommit(commit)
    parents = git("log", "-1", "--format=%P", id).split()
    return (parents[0] if parents else id), id


def undo(draft: Draft, commit: str) -> tuple[dict[str, bytes | None], str]:
    """What a commit changed, turned back on the draft as it is, and the commit's subject.

    Raises:
        NoSuchCommit: the draft's history does not hold it.
        CannotUndo: it is a merge, or later changes stand on it.
    """
    git = draft.git
    id = git.resolve(commit)
    if id is None or not git.is_ancestor(id, git.head()):
        raise NoSuchCommit(commit)
    parents = git("log", "-1", "--format=%P", id).split()
    if len(parents) != 1:
        raise CannotUndo(id, ())
    versions = [git.blobs(each, CONTENT) for each in (id, git.head(), parents[0])]
    then, _, before = versions
    files: dict[str, bytes | None] = {}
    in_the_way = []
    for path in sorted({*then, *before}):
        if then.get(path) == before.get(path):
            continue
        try:
            texts = [git.blob(blobs.get(path, "")) for blobs in versions]
            files[path] = join_file(git, path, *texts)
        except Collision:
            in_the_way.append(path)
    if in_the_way:
        raise CannotUndo(id, in_the_way)
    return files, git("log", "-1", "--format=%s", id).strip()


def copy_content(draft: Draft, commit: str, folder: Path) -> str:
    """Write the content of a commit into a new folder; the commit's id.

    Raises:
        NoSuchCommit: the draft does not have it.
        FileExistsError: the folder is there already.
    """
    git = draft.git
    id = git.resolve(commit)
    if id is None:
        raise NoSuchCommit(commit)
    present = git("ls-tree", "--name-only", "-z", id, "--", *CONTENT).split("\0")
    packed = git.read("archive", "--format=tar", id, "--", *filter(None, present))
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return id
