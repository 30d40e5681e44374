"""Models on disk: nothing is ever loaded but what was trained here and has the recorded hash."""

from __future__ import annotations

from pathlib import Path

from bot.content.manifests import Manifest, file_sha256, read_manifest
from bot.errors import ModelRefused


def current_archive(folder: Path) -> Path:
    """The live model's archive, after its hash was checked.

    Raises:
        ModelRefused: there is none, or it is not the file that was trained here.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise ModelRefused(str(folder), "no trained model is recorded there")
    return archive_of(folder, manifest)


def archive_of(folder: Path, manifest: Manifest) -> Path:
    """A model's archive, after its hash was checked.

    Raises:
        ModelRefused: it is missing, or it is not the file that was trained here.
    """
    archive = folder / manifest.archive
    if not archive.is_file():
        raise ModelRefused(str(archive), "the file is missing")
    if file_sha256(archive) != manifest.archive_sha256:
        raise ModelRefused(str(archive), "its hash is not the one recorded at training")
    return archive
