"""Brings what was edited at HOME by hand into the draft; HOME itself is only read."""

from __future__ import annotations

from collections.abc import Iterable

from bot.editing.draft import BY_HAND, Draft, changed_files
from bot.editing.home import HAND, adopted, base_of, merge, moved_at_home, text_at_home
from bot.editing.joining import join, version
from bot.editing.paths import CONTENT
from bot.editing.records import Author, HandEdit, Kind, Resolution


def hand_edits(draft: Draft) -> list[HandEdit]:
    """What was edited at HOME and is not in the draft; inside `reading`."""
    live, head = draft.live(), draft.git.head()
    ours, theirs = (draft.git.blobs(commit, CONTENT) for commit in (head, live))
    found = {
        path: HandEdit(
            path,
            "removed" if path not in theirs else "changed" if path in ours else "new",
            is_committed=True,
            author=_last_author(draft, live, path),
        )
        for path in moved_at_home(draft, live, head)
    }
    known = adopted(draft)
    for path in changed_files(draft.home):
        token = version(text_at_home(draft, path))
        if token not in (ours.get(path, ""), known.get(path)):
            kind: Kind = "removed" if not token else "changed" if path in theirs else "new"
            found[path] = HandEdit(path, kind, is_committed=False, author=None)
    return [found[path] for path in sorted(found)]


def adopt(draft: Draft, by: Author, resolutions: Iterable[Resolution] = ()) -> str:
    """Bring HOME's commits and hand edits into the draft; inside `writing`.

    Raises:
        ConflictWithFiles: files that collide without a fitting resolution.
    """
    git = draft.git
    hand, head = _hand_commit(draft), git.head()
    if git.is_ancestor(hand, head):
        return head
    ours, theirs = git.blobs(head, CONTENT), git.blobs(hand, CONTENT)
    joined = join(git, base_of(draft, head, hand), ours, theirs, resolutions)
    if git.is_ancestor(head, hand):
        draft.move(hand)
        return hand
    return merge(draft, hand, joined, "Bring in what was edited by hand", by)


def _hand_commit(draft: Draft) -> str:
    """HOME's last commit, or one upon it with what was not committed there."""
    git, live = draft.git, draft.live()
    dirty = {path: text_at_home(draft, path) for path in changed_files(draft.home)}
    if not dirty:
        return live
    tree = draft.tree(live, dirty)
    last = git.resolve(HAND)
    is_upon_live = last is not None and git.is_ancestor(live, last)
    if last and is_upon_live and git.tree_of(last) == tree:
        return last
    parent = last if last and is_upon_live and git.is_ancestor(last, git.head()) else live
    made = draft.make(tree, (parent,), "Keep what was edited by hand", BY_HAND)
    git("update-ref", HAND, made)
    return made


def _last_author(draft: Draft, commit: str, path: str) -> Author:
    line = draft.git("log", "-1", "--format=%an%x00%ae", commit, "--", path).strip("\n")
    name, email = line.split("\0")
    return Author(name, email)
