"""What is recorded of each model and each release, as small JSON files beside them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LIVE = "current.json"
SNAPSHOTS = "content"
CANDIDATES = "candidates"
SCORES = "scores"
"""Names in the models folder; `releases.py` says what each holds."""


@dataclass(frozen=True)
class Manifest:
    """A model, and for a release the content that it speaks with."""

    archive: str
    """File name of the model, in the models folder."""
    archive_sha256: str
    content: str
    """`content_fingerprint` of what it was trained from."""
    trained_at: str
    """ISO 8601, UTC."""
    seconds: float
    """How long training took."""
    name: str = ""
    """The release's name; empty where the model alone was made live."""
    snapshot: str | None = None
    """The content's folder, relative to the models folder; None: the content that staff keep."""
    commit: str | None = None
    """The commit that holds the same content."""
    by: str | None = None
    """Who published it."""
    published_at: str | None = None
    """ISO 8601, UTC."""

    @property
    def release(self) -> str:
        """The name by which a release is known, which a model of its own has too."""
        return self.name or self.archive.removesuffix(".tar.gz")

    @property
    def since(self) -> str:
        """When it was first published; sorts by time."""
        return self.published_at or self.trained_at


def read_file(path: Path) -> Manifest | None:
    """The manifest in a file, or None where there is nothing of the kind."""
    try:
        return Manifest(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_file(path: Path, manifest: Manifest) -> None:
    """Write a manifest wholly or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def read_manifest(folder: Path) -> Manifest | None:
    """What is recorded of the live model, if there is one."""
    return read_file(folder / LIVE)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Make a model the live one, all at once."""
    write_file(folder / LIVE, manifest)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
