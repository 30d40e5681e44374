"""Deletes releases and models that nobody goes back to any more."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.content.manifests import CANDIDATES, SCORES, SNAPSHOTS, Manifest, read_file

RELEASES_KEPT = 5
MODELS_KEPT = 3
"""Archives that no release needs, kept to be used again; as many candidates."""


def drop_obsolete(models: Path, recorded: Sequence[Manifest], live: Manifest | None) -> None:
    """Keep the newest releases and the live one, and whatever these need.

    Args:
        models: the models folder, which nobody else changes meanwhile.
        recorded: every release that has a manifest of its own, newest first.
        live: the live release.
    """
    kept = [
        one
        for place, one in enumerate(recorded)
        if place < RELEASES_KEPT or (live is not None and one.release == live.release)
    ]
    for old in recorded:
        if old not in kept:
            (models / f"{old.release}.json").unlink(missing_ok=True)
    needed = [one for one in (*kept, live) if one is not None]
    _drop_snapshots(models, needed)
    for path in newest_first(models / CANDIDATES, "*.json")[MODELS_KEPT:]:
        path.unlink(missing_ok=True)
    _drop_models(models, needed)


def newest_first(folder: Path, pattern: str) -> list[Path]:
    """Files whose names begin with their time."""
    return sorted(folder.glob(pattern), reverse=True)


def _drop_snapshots(models: Path, needed: Sequence[Manifest]) -> None:
    names = {Path(one.snapshot).name for one in needed if one.snapshot}
    for folder in (models / SNAPSHOTS).glob("*"):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def _drop_models(models: Path, needed: Sequence[Manifest]) -> None:
    candidates = [read_file(path) for path in (models / CANDIDATES).glob("*.json")]
    archives = {one.archive for one in (*needed, *candidates) if one is not None}
    spare = [path for path in newest_first(models, "*.tar.gz") if path.name not in archives]
    for path in spare[MODELS_KEPT:]:
        path.unlink(missing_ok=True)
    left = {path.name.removesuffix(".tar.gz") for path in models.glob("*.tar.gz")}
    for path in (models / SCORES).glob("*.json"):
        if path.stem not in left:
            path.unlink(missing_ok=True)
