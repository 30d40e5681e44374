"""Moves HOME forward to the draft, or back to what it held; never over what is only there."""

from __future__ import annotations

from bot.editing.draft import Draft, changed_files, write_file
from bot.editing.home import (
    adopted,
    base_of,
    conflict_between,
    merge,
    moved_at_home,
    text_at_home,
)
from bot.editing.joining import Collision, conflict, join_file, version
from bot.editing.paths import CONTENT
from bot.editing.records import Author
from bot.editing.refusals import ConflictWithFiles, GitFailed, NoSuchCommit, NotAdopted

_NEXT = "refs/parlouvert/next"
"""What HOME is about to be moved to; fetched from there by name."""


def merge_into_home(draft: Draft, by: Author) -> str:
    """Move HOME forward to the draft; inside `writing`.

    What HOME got beside its content, such as a new version of the program, is no obstacle.

    Raises:
        NotAdopted, ConflictWithFiles: HOME was edited by hand, and would lose that.
    """
    git = draft.git
    live, head = draft.live(), git.head()
    if not git.is_ancestor(live, head):
        paths = moved_at_home(draft, live, head)
        if paths:
            raise NotAdopted([conflict_between(draft, path, live, head) for path in paths])
        head = merge(draft, live, {}, "Bring in what is new beside the content", by)
    if live != head:
        _move_home(draft, live, head)
    return head


def revert_home(draft: Draft, commit: str, by: Author) -> str:
    """Give HOME the content of an earlier commit, in a new commit; inside `writing`.

    Raises:
        NoSuchCommit; ConflictWithFiles: HOME was edited by hand, and would lose that.
    """
    git = draft.git
    live, head = draft.live(), git.head()
    wanted = git.resolve(commit)
    if wanted is None:
        raise NoSuchCommit(commit)
    old, new = git.blobs(live, CONTENT), git.blobs(wanted, CONTENT)
    changed = [path for path in sorted({*old, *new}) if old.get(path) != new.get(path)]
    if not changed:
        return live
    tree = git.tree(live, {path: new.get(path) for path in changed})
    subject = git("log", "-1", "--format=%s", wanted).strip()
    made = draft.make(tree, (live,), f'Go back to "{subject}" ({wanted[:10]})', by)
    _move_home(draft, live, made)
    if head == live:
        draft.move(made)
    else:
        _follow(draft, live, made, changed, by)
    return made


def _follow(draft: Draft, live: str, made: str, changed: list[str], by: Author) -> None:
    """Bring the way back into the draft; what was never published stays where both changed."""
    git, head = draft.git, draft.git.head()
    versions = (base_of(draft, head, live), git.blobs(head, CONTENT), git.blobs(made, CONTENT))
    joined: dict[str, bytes | None] = {}
    for path in changed:
        try:
            texts = [git.blob(files.get(path, "")) for files in versions]
            joined[path] = join_file(git, path, *texts)
        except Collision:
            continue
    merge(draft, made, joined, "Follow the way back of what is live", by)


def _move_home(draft: Draft, live: str, target: str) -> None:
    """Fast-forward HOME's branch; nothing that stands only in its folder is lost.

    Raises:
        ConflictWithFiles: a file would be overwritten that the draft's history does not hold.
    """
    git, home = draft.git, draft.home
    old, new = git.blobs(live, CONTENT), git.blobs(target, CONTENT)
    changed = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    known = adopted(draft)
    dirty = [path for path in changed_files(home) if path in changed]
    before = {path: text_at_home(draft, path) for path in dirty}
    refused = [
        path
        for path, data in before.items()
        if version(data) not in (new.get(path, ""), known.get(path))
    ]
    if refused:
        raise _overwritten(draft, refused, old, new)
    git("update-ref", _NEXT, target)
    home("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", str(draft.root.resolve()), _NEXT)
    try:
        for path in dirty:
            _stage(draft, path, new.get(path))
        home("merge", "--quiet", "--ff-only", target)
    except (GitFailed, OSError):
        for path, data in before.items():
            if version(text_at_home(draft, path)) == new.get(path, ""):
                write_file(home.root / path, data)
        if dirty:
            home("reset", "--quiet", "--", *dirty, fine=(0, 1))
        since = [path for path in changed_files(home) if path in changed and path not in before]
        if since:
            raise _overwritten(draft, since, old, new) from None
        raise
    draft.live()


def _overwritten(
    draft: Draft, paths: list[str], old: dict[str, str], new: dict[str, str]
) -> ConflictWithFiles:
    blob = draft.git.blob
    return ConflictWithFiles(
        [
            conflict(
                path,
                base=blob(old.get(path, "")),
                draft=blob(new.get(path, "")),
                by_hand=text_at_home(draft, path),
            )
            for path in paths
        ]
    )


def _stage(draft: Draft, path: str, blob: str | None) -> None:
    """Put a file that is in the draft's history, or the same as what comes, out of git's way."""
    home = draft.home
    write_file(home.root / path, draft.git.blob(blob) if blob else None)
    if blob:
        # HOME has the blob: it was fetched.
        home("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    else:
        home("update-index", "--force-remove", "--", path)
    home("update-index", "-q", "--refresh", fine=(0, 1))
