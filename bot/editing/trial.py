"""The draft's content with some files changed, for as long as they are checked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.editing.paths import CONTENT


@contextmanager
def trial_tree(draft: Path, files: Mapping[str, bytes | None]) -> Iterator[Path]:
    """A folder that holds these files, None for none, and leads to all others of the draft."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        root = Path(folder)
        for name in CONTENT:
            for path in _files(draft / name):
                relative = path.relative_to(draft).as_posix()
                if relative not in files:
                    _place(root / relative).symlink_to(path.resolve())
        for relative, data in files.items():
            if data is not None:
                _place(root / relative).write_bytes(data)
        yield root


def _files(start: Path) -> Iterator[Path]:
    if start.is_file():
        yield start
    for folder, _, names in os.walk(start):
        yield from (Path(folder) / name for name in names)


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
