"""Models on disk: what each was trained from, and its hash. Nothing else is ever loaded."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import ModelRefused

TRAINED_FROM = (
    "config.yml",
    "nlu",
    "stories/answers",
    "stories/domain",
    "stories/rules",
    "stories/flows",
)
"""Paths whose content decides the model."""
ALSO_TRAINED_FROM = (
    "bot/engine/components",
    "bot/engine/encoder.py",
    "bot/engine/importer.py",
    "bot/content/plain_words.py",
    "requirements/engine.txt",
)


@dataclass(frozen=True)
class Manifest:
    """What is recorded of a model when it is trained."""

    archive: str
    """File name, beside the manifest."""
    archive_sha256: str
    content: str
    """Fingerprint of what it was trained from."""
    trained_at: str
    seconds: float


def content_fingerprint(root: Path) -> str:
    """Changes whenever training again would give another model."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in (*TRAINED_FROM, *ALSO_TRAINED_FROM):
        path = root / name
        if path.is_file():
            yield path
        for file in sorted(path.rglob("*")):
            if file.suffix in (".py", ".yml") and file.is_file():
                yield file


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Record a model and make it the current one, all at once."""
    draft = folder / ".current.json"
    draft.write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    os.replace(draft, folder / "current.json")


def read_manifest(folder: Path) -> Manifest | None:
    """What is recorded of the current model, if there is one."""
    try:
        return Manifest(**json.loads((folder / "current.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def current_archive(folder: Path) -> Path:
    """The current model's archive, after its hash was checked.

    Raises:
        ModelRefused: there is none, or it is not the file that was trained here.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise ModelRefused(str(folder), "no trained model is recorded there")
    archive = folder / manifest.archive
    if not archive.is_file():
        raise ModelRefused(str(archive), "the file is missing")
    if file_sha256(archive) != manifest.archive_sha256:
        raise ModelRefused(str(archive), "its hash is not the one recorded at training")
    return archive


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
