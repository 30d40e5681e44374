"""Publishes the draft and goes back: files first, so that whatever dies can be found again."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.console.content.desk import Desk
from bot.console.content.standing import says_what_is_published
from bot.content.fingerprints import content_fingerprint
from bot.content.manifests import Manifest
from bot.content.releases import find_model, keep_live, live, make_live, make_release
from bot.editing.git import Repository
from bot.editing.records import Author
from bot.editing.refusals import EditingRefused
from bot.errors import BotError


class AlreadyPublishing(BotError):
    """Somebody else publishes or goes back at this moment."""


class NeedsTraining(BotError):
    """No model was trained from such content."""


def publish(desk: Desk, by: Author, now: float, *, seen: str | None = None) -> Manifest:
    """Move HOME forward to the draft, make a release of it, and let the engines take it.

    If this dies between two steps, the pages show that HOME is not live yet, and publishing once
    more carries on.

    Raises:
        AlreadyPublishing: by somebody else.
        DraftMoved: its last commit is not `seen`, which was looked at and checked.
        ConflictWithFiles: HOME was edited by hand.
        NeedsTraining, ReleaseRefused: the content is at HOME, and not live.
    """
    with _alone(desk):
        _keep(desk)
        commit = desk.workshop.merge_into_home(by, seen=seen)
        release = _make(desk, commit, by, now)
        return make_live(desk.models, release.release)


def go_back(desk: Desk, name: str, by: Author) -> tuple[Manifest, bool]:
    """Make an earlier release live, and give HOME its content.

    The bot comes first: when HOME cannot follow, because somebody edited it by hand, the release is
    live all the same.

    Returns:
        The release, and whether HOME has its content.

    Raises:
        AlreadyPublishing; ReleaseRefused: there is no such release, or it is not whole.
    """
    with _alone(desk):
        _keep(desk)
        manifest = make_live(desk.models, name)
        return manifest, _follow(desk, manifest, by)


def _follow(desk: Desk, manifest: Manifest, by: Author) -> bool:
    if manifest.commit is None:
        return False
    try:
        desk.workshop.revert_home(manifest.commit, by)
    except EditingRefused:
        return False
    return True


def _make(desk: Desk, commit: str, by: Author, now: float) -> Manifest:
    moment = datetime.fromtimestamp(now, UTC)
    with tempfile.TemporaryDirectory(prefix="publishing-") as folder:
        content = Path(folder) / "content"
        desk.workshop.snapshot(content, commit)
        model = find_model(desk.models, content_fingerprint(content))
        if model is None:
            raise NeedsTraining
        return make_release(desk.models, content, model, commit=commit, by=by.name, now=moment)


def _keep(desk: Desk) -> None:
    """Keep what is live, to be able to go back to it; what was kept before a crash stays."""
    if says_what_is_published(desk, live(desk.models)):
        keep_live(desk.models, desk.home, commit=Repository(desk.home).head())


@contextmanager
def _alone(desk: Desk) -> Iterator[None]:
    desk.publishing.parent.mkdir(parents=True, exist_ok=True)
    with desk.publishing.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyPublishing from error
        yield
