"""Runs git on one repository, whatever is set for the user or in the repository itself."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.editing.refusals import GitFailed, GitMissing

SECONDS = 60
"""The longest that one call of git may take; a clone copies no more than one folder."""
_CONFIG = Path(__file__).with_name("gitconfig")
_ALWAYS = (
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "core.autocrlf=false",
    "core.quotePath=false",
    "core.fsmonitor=false",
    "protocol.file.allow=always",
    "advice.detachedHead=false",
)
_ID = re.compile(r"[0-9a-f]{40,64}")
_COMMITTER = "Parlouvert console"
_EMAIL = "console@localhost"
LONGEST_REASON = 300


class Repository:
    """A git repository with a working tree."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(
        self,
        *arguments: str,
        given: bytes | None = None,
        env: Mapping[str, str] | None = None,
        fine: Sequence[int] = (0,),
    ) -> str:
        """The text that git prints.

        Raises:
            GitMissing: there is no git.
            GitFailed: its exit code is not one of `fine`, or it took too long.
        """
        return self.read(*arguments, given=given, env=env, fine=fine).decode("utf-8", "replace")

    def read(
        self,
        *arguments: str,
        given: bytes | None = None,
        env: Mapping[str, str] | None = None,
        fine: Sequence[int] = (0,),
    ) -> bytes:
        """The bytes that git prints; raises as a call does."""
        settings = [part for setting in _ALWAYS for part in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", *settings, *arguments],
                cwd=self.root,
                env={**_environment(), **(env or {})},
                input=given if given is not None else b"",
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            if not self.root.is_dir():
                raise GitFailed(arguments[0], "the folder is missing.") from error
            raise GitMissing from error
        except subprocess.TimeoutExpired as error:
            raise GitFailed(arguments[0], f"no end after {SECONDS} s.") from error
        except OSError as error:
            raise GitFailed(arguments[0], f"{error.strerror}.") from error
        if done.returncode not in fine:
            reason = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise GitFailed(arguments[0], reason[-LONGEST_REASON:] or f"code {done.returncode}.")
        return done.stdout

    def resolve(self, name: str) -> str | None:
        """The id of the commit of this name, None if there is none."""
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        id = self(*arguments, fine=(0, 1, 128)).strip()
        return id if _ID.fullmatch(id) else None

    def head(self) -> str:
        """The id of the last commit."""
        return self("rev-parse", "HEAD").strip()

    def tree_of(self, commit: str) -> str:
        """The id of a commit's tree."""
        return self("rev-parse", f"{commit}^{{tree}}").strip()

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether the later commit holds the earlier one."""
        if earlier == later:
            return True
        return self("rev-list", "-n", "1", earlier, "--not", later).strip() == ""

    def blobs(self, commit: str, paths: Sequence[str]) -> dict[str, str]:
        """The blob's id of each plain file under the paths."""
        listed = self("ls-tree", "-r", "-z", commit, "--", *paths)
        found = {}
        for line in filter(None, listed.split("\0")):
            entry, path = line.split("\t", 1)
            mode, _, blob = entry.split(" ")
            if mode.startswith("100"):
                found[path] = blob
        return found

    def blob(self, id: str) -> bytes | None:
        """What a blob holds, None if it is not here."""
        if not id or self("cat-file", "-t", id, fine=(0, 128)).strip() != "blob":
            return None
        return self.read("cat-file", "blob", id)

    def store(self, data: bytes) -> str:
        """Keep a blob; its id."""
        return self("hash-object", "-w", "--stdin", given=data).strip()

    def tree(self, start: str, files: Mapping[str, str | None]) -> str:
        """A tree like that of `start` but for these files: a blob's id, or None to remove it."""
        git_dir = self("rev-parse", "--absolute-git-dir").strip()
        index = Path(git_dir) / "parlouvert-index"
        index.unlink(missing_ok=True)
        env = {"GIT_INDEX_FILE": str(index)}
        try:
            self("read-tree", start, env=env)
            lines = "".join(
                f"100644 {blob}\t{path}\0" if blob else f"0 {'0' * 40}\t{path}\0"
                for path, blob in files.items()
            )
            self("update-index", "-z", "--index-info", given=lines.encode(), env=env)
            return self("write-tree", env=env).strip()
        finally:
            index.unlink(missing_ok=True)

    def commit_tree(
        self, tree: str, parents: Sequence[str], subject: str, name: str, email: str
    ) -> str:
        """Make a commit that nothing points to yet; its id."""
        env = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email}
        named = [part for parent in parents for part in ("-p", parent)]
        return self("commit-tree", tree, *named, given=subject.encode(), env=env).strip()


def blob_id(data: bytes) -> str:
    """The id that git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _environment() -> dict[str, str]:
    """The environment without what steers git, so that nothing of the user's matters."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": str(_CONFIG),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_AUTHOR_NAME": _COMMITTER,
        "GIT_AUTHOR_EMAIL": _EMAIL,
        "GIT_COMMITTER_NAME": _COMMITTER,
        "GIT_COMMITTER_EMAIL": _EMAIL,
    }
