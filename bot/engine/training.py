"""Trains the model when what it is made of has changed, and records its hash."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from bot.content import releases
from bot.content.fingerprints import content_fingerprint
from bot.content.manifests import Manifest, file_sha256, read_manifest, save_manifest
from bot.engine import rasa_runtime
from bot.errors import ContentInvalid

UNFINISHED = ".training-"


def is_trained(root: Path, models: Path) -> bool:
    """Whether what is live was made from just what lies there now, and says it."""
    manifest = read_manifest(models)
    return (
        manifest is not None
        and manifest.content == content_fingerprint(root)
        and (models / manifest.archive).is_file()
        and releases.is_spoken(models, manifest, root)
    )


def train(root: Path, models: Path, *, force: bool = False) -> Manifest:
    """Train, unless a model fits already, and let the engines speak what lies there with it.

    Raises:
        ContentInvalid: Rasa does not accept what staff wrote.
    """
    models.mkdir(parents=True, exist_ok=True)
    with _alone(models / ".lock"):
        manifest = read_manifest(models)
        if manifest is not None and not force and is_trained(root, models):
            return manifest
        known = None if force else releases.find_model(models, content_fingerprint(root))
        if known is not None:
            return releases.speak_home(models, known, now=datetime.now(timezone.utc))
        manifest = _train(root, models)
        save_manifest(models, manifest)
    releases.prune(models)
    return manifest


def train_candidate(root: Path, models: Path) -> tuple[Manifest, bool]:
    """A model for a draft, trained unless one fits already; what is live stays as it is.

    Returns:
        The model, and whether it was there before.

    Raises:
        ContentInvalid: Rasa does not accept what staff wrote.
    """
    models.mkdir(parents=True, exist_ok=True)
    with _alone(models / ".lock"):
        known = releases.find_model(models, content_fingerprint(root))
        if known is not None:
            return known, True
        manifest = _train(root, models)
        releases.save_candidate(models, manifest)
    releases.prune(models)
    return manifest, False


def _train(root: Path, models: Path) -> Manifest:
    for left in models.glob(f"{UNFINISHED}*"):  # of a training that was killed
        shutil.rmtree(left, ignore_errors=True)
    fingerprint = content_fingerprint(root)
    started = time.monotonic()
    name = f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{fingerprint[:8]}"
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=models) as folder:
        _run_rasa(root, Path(folder), name)
        os.replace(Path(folder) / f"{name}.tar.gz", models / f"{name}.tar.gz")
    archive = models / f"{name}.tar.gz"
    return Manifest(
        archive=archive.name,
        archive_sha256=file_sha256(archive),
        content=fingerprint,
        trained_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 1),
    )


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
