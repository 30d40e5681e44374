"""Makes a git repository of a content folder that came without one, as out of an image."""

from __future__ import annotations

from pathlib import Path

from bot.editing.git import Repository
from bot.editing.paths import CONTENT
from bot.editing.refusals import GitFailed

AUTHOR = "Parlouvert <parlouvert@localhost>"


def begin_history(home: Path) -> bool:
    """Commit the content as it came, unless the folder belongs to a repository already.

    Returns:
        Whether a repository was made.

    Raises:
        GitMissing, GitFailed: it could not be made.
    """
    git = Repository(home)
    if not home.is_dir() or _is_inside_one(git):
        return False
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--", *(path for path in CONTENT if (home / path).exists()))
    git("commit", "--quiet", f"--author={AUTHOR}", "--message=Take in the content as it came")
    return True


def _is_inside_one(git: Repository) -> bool:
    try:
        git("rev-parse", "--absolute-git-dir")
    except GitFailed:
        return False
    return True
