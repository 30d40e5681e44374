"""Releases: a model with the content that it speaks with, one of them live; for going back too.

In the models folder:

    <model>.tar.gz          a trained model; several releases may share one
    candidates/<model>.json a model trained from a draft, never live yet
    scores/<model>.json     what it scored on held-out questions
    <release>.json          a release's manifest
    content/<release>/      its config.yml, nlu/ and stories/
    current.json            the live release's manifest; engines follow it
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.content.fingerprints import content_fingerprint, wording_fingerprint
from bot.content.manifests import (
    CANDIDATES,
    LIVE,
    SCORES,
    SNAPSHOTS,
    Manifest,
    file_sha256,
    read_file,
    read_manifest,
    save_manifest,
    write_file,
)
from bot.content.pruning import drop_obsolete, newest_first
from bot.errors import ReleaseRefused

CONTENT = ("config.yml", "nlu", "stories")


def live(models: Path) -> Manifest | None:
    """The live release."""
    return read_manifest(models)


def releases(models: Path) -> list[Manifest]:
    """Every release there is, newest first, the live one among them."""
    found = {
        manifest.release: manifest
        for path in models.glob("*.json")
        if path.name != LIVE and not path.name.startswith(".")
        if (manifest := read_file(path)) is not None
    }
    current = live(models)
    if current is not None:
        found.setdefault(current.release, current)
    return sorted(found.values(), key=_age, reverse=True)


def previous(models: Path) -> Manifest | None:
    """The release to go back to: the one published before the live one."""
    current = live(models)
    if current is None:
        return None
    older = (one for one in releases(models) if _age(one) < _age(current))
    return next((one for one in older if _is_whole(models, one)), None)


def content_of(models: Path, manifest: Manifest, home: Path) -> Path:
    """The folder with the content that a release speaks with."""
    return models / manifest.snapshot if manifest.snapshot else home


def is_spoken(models: Path, manifest: Manifest, home: Path) -> bool:
    """Whether a release says just what stands in the content that staff keep."""
    content = content_of(models, manifest, home)
    return content == home or wording_fingerprint(content) == wording_fingerprint(home)


def find_model(models: Path, fingerprint: str) -> Manifest | None:
    """A model trained from such content: the live one, a release's or a candidate's."""
    candidates = [read_file(path) for path in newest_first(models / CANDIDATES, "*.json")]
    for one in (live(models), *releases(models), *candidates):
        if one and one.content == fingerprint and (models / one.archive).is_file():
            return one
    return None


def save_candidate(models: Path, manifest: Manifest) -> None:
    """Record a model that is not live."""
    with _alone(models):
        write_file(models / CANDIDATES / f"{manifest.release}.json", manifest)


def speak_home(models: Path, model: Manifest, *, now: datetime) -> Manifest:
    """Let the engines speak what stands in the content that staff keep, with a model that fits."""
    with _alone(models):
        manifest = replace(
            model,
            name=_free_name(models, f"{now:%Y%m%d-%H%M%S}-{model.content[:8]}"),
            snapshot=None,
            commit=None,
            by=None,
            published_at=now.isoformat(timespec="milliseconds"),
        )
        save_manifest(models, manifest)
        return manifest


def scores_file(models: Path, manifest: Manifest) -> Path:
    """Where a model's scores are kept."""
    return models / SCORES / f"{manifest.archive.removesuffix('.tar.gz')}.json"


def make_release(
    models: Path, content: Path, model: Manifest, *, commit: str, by: str, now: datetime
) -> Manifest:
    """Make a release of a content folder and a model that fits it; it is not live yet.

    Args:
        models: the models folder.
        content: a folder with config.yml, nlu/ and stories/.
        model: from `find_model`.
        commit: the commit that holds the content.
        by: who publishes it.
        now: the time, in UTC.

    Raises:
        ReleaseRefused: the model was trained from something else, or is gone.
    """
    with _alone(models):
        name = _free_name(models, f"{now:%Y%m%d-%H%M%S}-{model.content[:8]}")
        manifest = replace(
            model,
            name=name,
            commit=commit,
            by=by,
            published_at=now.isoformat(timespec="milliseconds"),
        )
        return _keep(models, content, manifest)


def keep_live(models: Path, home: Path, *, commit: str) -> Manifest | None:
    """Keep the content of a live release that has none of its own, to be able to go back to it.

    Call it before the content that staff keep changes. What is live stays as it is.

    Returns:
        The release to go back to; None when the content there is not the live one any more.
    """
    with _alone(models):
        current = live(models)
        if current is None or current.snapshot:
            return current
        kept = read_file(models / f"{current.release}.json")
        if kept is not None and is_spoken(models, kept, home):
            return kept
        with contextlib.suppress(ReleaseRefused):
            return _keep(models, home, replace(current, name=current.release, commit=commit))
        return None


def make_live(models: Path, name: str) -> Manifest:
    """Let the engines take a release; the oldest ones go.

    Raises:
        ReleaseRefused: there is no such release, or its model or content is not whole.
    """
    with _alone(models):
        manifest = next((one for one in releases(models) if one.release == name), None)
        if manifest is None:
            raise ReleaseRefused(name, "there is no such release")
        if not _is_whole(models, manifest):
            raise ReleaseRefused(name, "its model or its content is gone")
        if file_sha256(models / manifest.archive) != manifest.archive_sha256:
            raise ReleaseRefused(name, "its model is not the one recorded at training")
        save_manifest(models, manifest)
        _prune(models)
        return manifest


def prune(models: Path) -> None:
    """Delete what nobody can go back to any more."""
    with _alone(models):
        _prune(models)


def _prune(models: Path) -> None:
    recorded = [one for one in releases(models) if (models / f"{one.release}.json").is_file()]
    drop_obsolete(models, recorded, live(models))


def _keep(models: Path, content: Path, manifest: Manifest) -> Manifest:
    """Copy the content into a snapshot of its own and record the release."""
    if not (models / manifest.archive).is_file():
        raise ReleaseRefused(manifest.release, "its model is gone")
    snapshots = models / SNAPSHOTS
    snapshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=snapshots) as folder:
        draft = Path(folder) / "content"
        draft.mkdir()
        for name in CONTENT:
            source = content / name
            if source.is_dir():
                shutil.copytree(source, draft / name)
            elif source.is_file():
                shutil.copyfile(source, draft / name)
        if content_fingerprint(draft) != manifest.content:
            raise ReleaseRefused(manifest.release, "its model was trained from something else")
        target = snapshots / manifest.release
        shutil.rmtree(target, ignore_errors=True)  # left by a crash before it was recorded
        os.replace(draft, target)
    manifest = replace(manifest, snapshot=f"{SNAPSHOTS}/{manifest.release}")
    write_file(models / f"{manifest.release}.json", manifest)
    return manifest


def _is_whole(models: Path, manifest: Manifest) -> bool:
    has_content = manifest.snapshot is None or (models / manifest.snapshot / "stories").is_dir()
    return has_content and (models / manifest.archive).is_file()


def _age(manifest: Manifest) -> tuple[str, str]:
    return manifest.since, manifest.release


def _free_name(models: Path, wanted: str) -> str:
    taken = {one.release for one in releases(models)}
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


@contextlib.contextmanager
def _alone(models: Path) -> Iterator[None]:
    """Let one process at a time change releases."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".releases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
