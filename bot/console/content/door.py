"""The way into the room's pages: the draft is opened first, and what cannot be had is said."""

from __future__ import annotations

import functools
from collections.abc import Callable

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk
from bot.console.gate import trouble, typed_in
from bot.editing.refusals import (
    EditingRefused,
    GitMissing,
    NoSuchCommit,
    NoSuchTopic,
    NotARepository,
    PathRefused,
)

NOT_THERE = (NoSuchTopic, NoSuchCommit, PathRefused)


def at_desk(handler: Callable[[Asked, Desk], Response]) -> Callable[[Asked], Response]:
    """A page's handler out of one that needs the draft."""

    @functools.wraps(handler)
    def handle(asked: Asked) -> Response:
        desk = asked.parts.desk
        try:
            desk.open()
            return handler(asked, desk)
        except NOT_THERE:
            return trouble(asked, 404)
        except EditingRefused as error:
            return _refused(asked, error)

    return handle


def _refused(asked: Asked, error: EditingRefused) -> Response:
    kind = {GitMissing: "git_missing", NotARepository: "no_repository"}.get(type(error), "failed")
    return asked.page(
        "content/broken.html", status=503, kind=kind, why=str(error), typed=typed_in(asked)
    )
