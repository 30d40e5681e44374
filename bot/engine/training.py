"""Trains the model when what it is made of has changed, and records its hash."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from bot.engine import rasa_runtime
from bot.engine.models import (
    Manifest,
    content_fingerprint,
    file_sha256,
    read_manifest,
    save_manifest,
)
from bot.errors import ContentInvalid

KEPT = 3
"""Archives kept beside the current one, to go back to."""


def is_trained(root: Path, models: Path) -> bool:
    """Whether the current model was made from just what lies there now."""
    manifest = read_manifest(models)
    return (
        manifest is not None
        and manifest.content == content_fingerprint(root)
        and (models / manifest.archive).is_file()
    )


def train(root: Path, models: Path, *, force: bool = False) -> Manifest:
    """Train, unless nothing changed, and make the result the current model.

    Raises:
        ContentInvalid: Rasa does not accept what staff wrote.
    """
    models.mkdir(parents=True, exist_ok=True)
    with _alone(models / ".lock"):
        manifest = read_manifest(models)
        if manifest is not None and not force and is_trained(root, models):
            return manifest
        return _train(root, models)


def _train(root: Path, models: Path) -> Manifest:
    fingerprint = content_fingerprint(root)
    started = time.monotonic()
    name = f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{fingerprint[:8]}"
    with tempfile.TemporaryDirectory(dir=models) as folder:
        _run_rasa(root, Path(folder), name)
        os.replace(Path(folder) / f"{name}.tar.gz", models / f"{name}.tar.gz")
    archive = models / f"{name}.tar.gz"
    manifest = Manifest(
        archive=archive.name,
        archive_sha256=file_sha256(archive),
        content=fingerprint,
        trained_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 1),
    )
    save_manifest(models, manifest)
    for old in sorted(models.glob("*.tar.gz"))[: -KEPT - 1]:
        old.unlink()
    return manifest


def _run_rasa(root: Path, output: Path, name: str) -> None:
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's progress bars heed this
    rasa_runtime.prepare()
    import rasa.model_training

    data = [str(root / part) for part in ("nlu", "stories/rules", "stories/flows")]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = rasa.model_training.train(
                str(root / "stories/domain"),
                str(root / "config.yml"),
                [path for path in data if Path(path).exists()],
                output=str(output),
                fixed_model_name=name,
                force_training=True,
            )
    except Exception as error:
        sys.stderr.write(said.getvalue())
        raise ContentInvalid([f"[ERROR] Rasa could not train: {error}"]) from error
    if result.code != 0 or not result.model:
        sys.stderr.write(said.getvalue())
        raise ContentInvalid(["[ERROR] Rasa could not train; see above."])


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one training run at a time; the next waits."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
