"""The page on which a draft is published, step by step, and on which one goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio.from_thread
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.console.content.readiness import Readiness, latest_work, readiness_of
from bot.console.content.releasing import AlreadyPublishing, NeedsTraining, go_back, publish
from bot.console.content.standing import seconds
from bot.content.jobs import Kind
from bot.content.manifests import Manifest
from bot.content.releases import live, previous, releases
from bot.editing.records import Change
from bot.editing.refusals import ConflictWithFiles, DraftMoved
from bot.errors import BotError, ReleaseRefused, StoreUnavailable
from bot.store.redis.release_states import ReleaseState
from bot.store.redis.store import RedisHealth

LONGEST_REASON = 500
PAGE = "/console/content/publish"
FIGURES = (
    "messages",
    "topics_right",
    "topics_right_or_offered",
    "off_topic_answered",
    "distress_recognised",
    "false_alarms",
)
"""Of all that are measured, those that staff decide by."""


@dataclass(frozen=True)
class Shown:
    """A release in the list."""

    manifest: Manifest
    since: float | None
    is_live: bool
    state: ReleaseState | None


@at_desk
def show_publish(asked: Asked, desk: Desk) -> Response:
    """The whole page, or only what moves while a training or a take-over is under way."""
    if asked.query("piece"):
        return _progress(asked, desk)
    return _page(asked, desk)


@at_desk
def train(asked: Asked, desk: Desk) -> Response:
    """Ask for a training, which also measures the draft against what is live."""
    job = latest_work(desk)
    if job is None or job.has_ended:
        kind: Kind = "judge" if asked.field("kind") == "judge" else "train"
        id = desk.jobs.ask(kind, root=desk.draft, by=asked.account.email)
        asked.note("trained", kind, job=id, commit=desk.workshop.head())
    return asked.go_to(PAGE)


@at_desk
def cancel(asked: Asked, desk: Desk) -> Response:
    """Ask for the training no longer."""
    job = latest_work(desk)
    if job is not None and not job.has_ended:
        desk.jobs.cancel(job.id)
        asked.note("trained", "cancelled", job=job.id)
    return asked.go_to(PAGE, said="content_cancelled")


@at_desk
def go(asked: Asked, desk: Desk) -> Response:
    """Publish the draft, if nothing is in the way."""
    ready, reason = readiness_of(desk, waits=True), asked.field("reason").strip()[:LONGEST_REASON]
    if ready.obstacles:
        why = asked.word(f"content.cannot_{ready.obstacles[0]}")
        return _page(asked, desk, ready, why=why, status=409)
    if ready.distress_fell and asked.account.role != "admin":
        return _page(asked, desk, ready, why=asked.word("content.cannot_distress"), status=403)
    if ready.distress_fell and not reason:
        return _page(asked, desk, ready, why=asked.word("content.give_a_reason"), status=422)
    details = {"distress_fell": True, "reason": reason} if ready.distress_fell else {}
    seen = asked.field("head") or ready.head
    try:
        if seen != ready.head:
            raise DraftMoved
        manifest = publish(desk, author_of(asked), asked.parts.now(), seen=seen)
    except ConflictWithFiles:
        return asked.go_to("/console/content/by_hand")
    except (AlreadyPublishing, DraftMoved, NeedsTraining, ReleaseRefused) as error:
        return _not_done(asked, desk, error)
    asked.parts.name_as_live()
    asked.note("published", manifest.release, commit=manifest.commit, **details)
    return asked.go_to(PAGE, said="content_published")


@at_desk
def back(asked: Asked, desk: Desk) -> Response:
    """Make an earlier release live again."""
    name = asked.field("release")
    try:
        manifest, follows = go_back(desk, name, author_of(asked))
    except (AlreadyPublishing, ReleaseRefused) as error:
        return _not_done(asked, desk, error)
    asked.parts.name_as_live()
    asked.note("rolled_back", manifest.release, commit=manifest.commit, home_follows=follows)
    return asked.go_to(PAGE, said="content_back" if follows else "content_back_alone")


def _not_done(asked: Asked, desk: Desk, error: BotError) -> Response:
    kinds: dict[type[BotError], str] = {
        AlreadyPublishing: "busy",
        DraftMoved: "moved",
        NeedsTraining: "training",
    }
    key = kinds.get(type(error), "refused")
    return _page(asked, desk, why=asked.word(f"content.cannot_{key}"), status=409)


def _page(
    asked: Asked,
    desk: Desk,
    ready: Readiness | None = None,
    *,
    why: str = "",
    status: int = 200,
) -> Response:
    desk.start_checking()
    ready = ready or readiness_of(desk, waits=False)
    states, authors = _states(asked), _authors(desk)
    current, before = live(desk.models), previous(desk.models)
    return asked.page(
        "content/publish.html",
        status=status,
        ready=ready,
        why=why,
        changes=[(change, _names(change, authors)) for change in ready.changes],
        figures=FIGURES,
        titles={topic.id: topic.titles[asked.language] for topic in desk.workshop.topics()},
        is_admin=asked.account.role == "admin",
        longest_reason=LONGEST_REASON,
        releases=[_shown(one, current, states) for one in releases(desk.models)],
        before=before.release if before else None,
        before_since=seconds(before.since) if before else None,
        **_moving(desk, current, states),
    )


def _progress(asked: Asked, desk: Desk) -> Response:
    moving = _moving(desk, live(desk.models), _states(asked))
    return asked.piece("content/_progress.html", **moving)


def _moving(
    desk: Desk, current: Manifest | None, states: Mapping[str, ReleaseState]
) -> dict[str, Any]:
    """What changes while one looks: the training, and how the engines take the live release."""
    state = states.get(current.release) if current else None
    return {
        "job": latest_work(desk),
        "live": current,
        "state": state,
        "is_checked": desk.is_checked,
        "is_awaited": state is None and any(one.engines for one in states.values()),
    }


def _shown(
    manifest: Manifest, current: Manifest | None, states: Mapping[str, ReleaseState]
) -> Shown:
    is_live = current is not None and manifest.release == current.release
    since = seconds(manifest.since)
    return Shown(manifest, since, is_live, states.get(manifest.release))


def _states(asked: Asked) -> Mapping[str, ReleaseState]:
    connection = asked.parts.redis
    if connection is None:
        return {}
    try:
        return anyio.from_thread.run(RedisHealth(connection).releases)
    except StoreUnavailable:
        return {}


def _names(change: Change, authors: Mapping[str, str]) -> str:
    """Whoever changed a topic's files last."""
    return ", ".join(dict.fromkeys(authors[path] for path in change.paths if path in authors))


def _authors(desk: Desk) -> Mapping[str, str]:
    """Who changed each file last, of what is not published."""
    found: dict[str, str] = {}
    for commit in desk.workshop.history():
        if not commit.is_published:
            for path in commit.paths:
                found.setdefault(path, commit.author.name)
    return found
