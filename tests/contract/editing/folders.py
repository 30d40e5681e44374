"""What people do in a content folder with an editor and git, past the console."""

from __future__ import annotations

import subprocess
from pathlib import Path

PARKS = "stories/answers/parks.yml"


def git(root: Path, *arguments: str) -> str:
    """Run git as a person at the terminal."""
    who = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit_all(root: Path, subject: str) -> str:
    """Commit everything; the commit's id."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", subject)
    return git(root, "rev-parse", "HEAD")


def replace(root: Path, path: str, old: str, new: str) -> None:
    """Edit a file by hand."""
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), "utf-8")


def changed_lines(root: Path, commit: str = "HEAD") -> list[str]:
    """The lines that a commit took out and put in, without the rest of the diff."""
    lines = git(root, "show", "--format=", "--unified=0", commit).splitlines()
    return [
        line for line in lines if line[:1] in ("+", "-") and not line.startswith(("+++", "---"))
    ]
