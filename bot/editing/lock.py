"""A lock file: many readers, or one writer, among threads and processes alike."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A file beside the draft; each use opens it anew, so threads exclude one another, too."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold it with other readers; not inside `writing`."""
        with self._held(fcntl.LOCK_SH):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold it alone; not inside `reading` nor itself."""
        with self._held(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _held(self, how: int) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            fcntl.flock(file, how)
            yield  # closing the file gives the lock back
