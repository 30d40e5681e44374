"""The draft as a repository: commits first, files after, HOME's commits at hand."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.editing.git import Repository
from bot.editing.lock import Lock
from bot.editing.paths import CONTENT, is_content
from bot.editing.records import Author
from bot.editing.refusals import GitFailed, NotARepository

BY_HAND = Author("by hand", "by-hand@localhost")
"""Whoever edited files without the console."""
LIVE = "refs/parlouvert/live"
"""HOME's last commit, as far as it was fetched."""
_WRITTEN = "refs/parlouvert/written"
"""The commit whose files stand in the draft's folder; behind HEAD only after a crash."""
LONGEST_NAME = 200


class Draft:
    """A clone of HOME that only this class changes."""

    def __init__(self, home: Path, root: Path) -> None:
        self.root = root
        self.git = Repository(root)
        self.home = Repository(home)
        self._lock = Lock(root.with_name(f"{root.name}.lock"))
        self._fetching = Lock(root.with_name(f"{root.name}.fetch.lock"))

    def open(self) -> None:
        """Clone HOME if there is no draft; bring the folder in step with its last commit.

        Raises:
            NotARepository: HOME is no repository of its own, or is empty.
        """
        self._check_home()
        with self._alone():
            if not self.root.exists():
                self._clone()
            (self.root / ".git" / "index.lock").unlink(missing_ok=True)  # of a git that was killed
            self._put_in_order()
            self._keep_strays()
        self.live()

    def live(self) -> str:
        """HOME's last commit, which the draft then has, too."""
        head = self.home.head()
        if self.git.resolve(LIVE) != head:
            with self._fetching.writing():
                options = ("--quiet", "--no-tags", "--no-write-fetch-head")
                self.git("fetch", *options, str(self.home.root), f"+HEAD:{LIVE}")
        return head

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let no file change meanwhile."""
        with self._lock.reading():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let nobody else read or write meanwhile."""
        with self._alone():
            self._put_in_order()
            yield

    def text(self, path: str) -> bytes | None:
        """What a file holds, None where there is no plain file."""
        file = self.root / path
        if file.is_symlink():
            return None
        try:
            return file.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def commit(self, files: Mapping[str, bytes | None], subject: str, by: Author) -> str | None:
        """Commit these files, None to remove one; its id, or None if nothing is different.

        Only inside `writing`. The commit is whole before a file changes: a crash or a full disk
        leaves all of it or nothing.
        """
        head = self.git.head()
        tree = self.tree(head, files)
        if tree == self.git.tree_of(head):
            return None
        made = self.make(tree, (head,), subject, by)
        self.move(made)
        return made

    def tree(self, start: str, files: Mapping[str, bytes | None]) -> str:
        """A tree like that of `start` but for these files."""
        blobs = {
            path: None if data is None else self.git.store(data) for path, data in files.items()
        }
        return self.git.tree(start, blobs)

    def make(self, tree: str, parents: Sequence[str], subject: str, by: Author) -> str:
        """A commit that nothing points to yet."""
        email = _plain(by.email) or "nobody@localhost"
        return self.git.commit_tree(tree, parents, subject, _plain(by.name) or email, email)

    def move(self, commit: str) -> None:
        """Make a commit the draft's last one, and its files those in the folder."""
        self.git("update-ref", "HEAD", commit, self.git.head())
        self._put_in_order()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock; what the disk refuses is said as a refusal."""
        try:
            with self._lock.writing():
                yield
        except OSError as error:
            raise GitFailed("write", f"{error.strerror}.") from error

    def _put_in_order(self) -> None:
        """Write what the last commit changed, each content file in one step."""
        written, head = self.git.resolve(_WRITTEN), self.git.head()
        if written == head:
            return
        changed = self.git("diff-tree", "-r", "-z", "--name-only", written or head, head)
        paths = [path for path in changed.split("\0") if path]
        blobs = self.git.blobs(head, CONTENT)
        for path in filter(is_content, paths):
            write_file(self.root / path, self.git.blob(blobs.get(path, "")))
        self.git("read-tree", head)
        self.git("update-index", "-q", "--refresh", fine=(0, 1))
        if written is None or not all(map(is_content, paths)):
            self.git("reset", "--quiet", "--hard", head)
        self.git("update-ref", _WRITTEN, head)

    def _keep_strays(self) -> None:
        """Commit what somebody wrote into the draft's folder, past the console."""
        files = {path: self.text(path) for path in changed_files(self.git)}
        if files:
            self.commit(files, "Keep what was written in the draft by hand", BY_HAND)

    def _check_home(self) -> None:
        home = self.home.root
        if not home.is_dir():
            raise NotARepository(str(home), "does not exist")
        try:
            top = self.home("rev-parse", "--show-toplevel").strip()
        except GitFailed as error:
            reason = "is not in a git repository: run `git init` and commit its files"
            raise NotARepository(str(home), reason) from error
        if Path(top).resolve() != home.resolve():
            raise NotARepository(str(home), f"is only a part of the git repository {top}")
        if self.home.resolve("HEAD") is None:
            raise NotARepository(str(home), "has no commit yet: commit its files")

    def _clone(self) -> None:
        """Clone beside the place and rename, so that no half of a clone is ever taken for one."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        for left in self.root.parent.glob(f"{self.root.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        made = Path(tempfile.mkdtemp(dir=self.root.parent, prefix=f"{self.root.name}.new-"))
        clone = Repository(made)
        clone("clone", "--quiet", "--no-checkout", str(self.home.root.resolve()), str(made))
        clone("checkout", "--quiet", "-B", "draft", "HEAD")
        clone("update-ref", _WRITTEN, "HEAD")
        made.chmod(0o755)
        made.rename(self.root)


def changed_files(repository: Repository) -> list[str]:
    """Content files of a folder that differ from its last commit, new ones included."""
    listed = repository(
        *("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"),
        *("--", *CONTENT),
    )
    return [entry[3:] for entry in listed.split("\0") if entry]


def write_file(file: Path, data: bytes | None) -> None:
    """Replace a file in one step, or remove it: whoever reads it sees the old or the new."""
    if data is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(data)
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(text: str) -> str:
    """A name as a commit can hold it."""
    kept = "".join(each for each in text if each.isprintable() and each not in "<>")
    return kept.strip()[:LONGEST_NAME]
