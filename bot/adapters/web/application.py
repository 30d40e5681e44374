"""The web application: joins the chat API, the page, health and metrics. Built by `processes`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from bot.adapters.web.chat import Chat
from bot.adapters.web.chat_page import ChatPage
from bot.adapters.web.file_doors import FileDoors
from bot.adapters.web.health import Health, HealthCheck
from bot.adapters.web.metrics import CountRequests, Metrics
from bot.adapters.web.pending_answers import PendingAnswers
from bot.adapters.web.problems import LastResort, ProblemWriter
from bot.content.library import Library
from bot.conversation.ports import Files, Intake, Replies
from bot.response_headers import DEFAULTS, ResponseHeaders, content_security_policy

ANSWER_WITHIN = 20.0
FILE_WITHIN = 5.0
HEADERS = DEFAULTS | {"Content-Security-Policy": content_security_policy()}


def create_app(
    *,
    library: Library,
    intake: Intake,
    replies: Replies,
    files: Files,
    health: Health,
    identity_key: bytes,
    extra_routes: Sequence[BaseRoute] = (),
    answer_within: float = ANSWER_WITHIN,
    file_within: float = FILE_WITHIN,
) -> Starlette:
    """Build the application; it listens for answers while its lifespan runs.

    Args:
        library: all content; the page and the errors take their words from it.
        intake: where messages go.
        replies: where their answers come from.
        files: where pictures lie, and what is held about a person who asked for it.
        health: what the store knows of engines and queue.
        identity_key: the vault's, for conversation ids and the names of files.
        extra_routes: what else this process serves, such as Telegram's webhook and the console.
        answer_within: seconds after which a caller is told to come back.
        file_within: seconds after which a file that is promised counts as gone.
    """
    metrics = Metrics(health)
    writer = ProblemWriter(library)
    pending = PendingAnswers(replies)
    page = ChatPage(library)
    doors = FileDoors(files, file_within=file_within)
    chat = Chat(
        intake, pending, identity_key=identity_key, metrics=metrics, answer_within=answer_within
    )
    routes = [
        Route("/", page.index),
        Route("/page/{name}", page.file),
        Route("/api/chat", chat.post, methods=["POST"]),
        Route("/pictures/{name}", doors.picture),
        Route("/files/{token}", doors.about_person),
        Route("/healthz", HealthCheck(health).get),
        Route("/metrics", metrics.get),
        *extra_routes,
    ]

    @asynccontextmanager
    async def listening(_: Starlette) -> AsyncIterator[None]:
        listener = asyncio.create_task(pending.listen())
        try:
            yield
        finally:
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener

    return Starlette(
        routes=routes,
        lifespan=listening,
        exception_handlers=writer.handlers(),
        middleware=[
            Middleware(ResponseHeaders, headers=HEADERS),
            Middleware(CountRequests, routes=routes, metrics=metrics),
            Middleware(LastResort, writer=writer),
        ],
    )
