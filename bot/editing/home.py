"""What HOME holds that the draft does not, and the commit that joins the two."""

from __future__ import annotations

from collections.abc import Mapping

from bot.editing.draft import Draft
from bot.editing.joining import conflict
from bot.editing.paths import CONTENT
from bot.editing.records import Author, FileConflict

HAND = "refs/parlouvert/by-hand"
"""The last commit of what was edited at HOME and not committed there."""


def text_at_home(draft: Draft, path: str) -> bytes | None:
    """What a file holds in HOME's folder, None where there is no plain file."""
    file = draft.home.root / path
    return file.read_bytes() if file.is_file() and not file.is_symlink() else None


def base_of(draft: Draft, one: str, other: str) -> dict[str, str]:
    """The content from which two commits went apart; nothing if they have no common past."""
    base = draft.git("merge-base", one, other, fine=(0, 1)).strip()
    return draft.git.blobs(base, CONTENT) if base else {}


def moved_at_home(draft: Draft, live: str, head: str) -> list[str]:
    """Content files that HOME's commits changed and whose change the draft does not have."""
    git = draft.git
    if git.is_ancestor(live, head):
        return []
    old = base_of(draft, head, live)
    ours, theirs = git.blobs(head, CONTENT), git.blobs(live, CONTENT)
    return [
        path
        for path in sorted({*old, *theirs})
        if theirs.get(path) not in (old.get(path), ours.get(path))
    ]


def adopted(draft: Draft) -> dict[str, str]:
    """The files as they were when hand edits were last adopted: those the history holds."""
    hand = draft.git.resolve(HAND)
    if hand is None or not draft.git.is_ancestor(hand, draft.git.head()):
        return {}
    return draft.git.blobs(hand, CONTENT)


def merge(
    draft: Draft, other: str, joined: Mapping[str, bytes | None], subject: str, by: Author
) -> str:
    """Commit the draft's content with what was joined, and all that is no content of the other."""
    git = draft.git
    head = git.head()
    content: dict[str, str | None] = {**git.blobs(head, CONTENT)}
    for path, data in joined.items():
        content[path] = None if data is None else git.store(data)
    for path in git.blobs(other, CONTENT):
        content.setdefault(path, None)
    made = draft.make(git.tree(other, content), (head, other), subject, by)
    draft.move(made)
    return made


def conflict_between(draft: Draft, path: str, live: str, head: str) -> FileConflict:
    """A file of HOME's last commit beside that of the draft."""
    git = draft.git
    versions = (
        base_of(draft, head, live),
        git.blobs(head, CONTENT),
        git.blobs(live, CONTENT),
    )
    return conflict(path, *(git.blob(files.get(path, "")) for files in versions))
