"""Hands `/console/` on to the console's own process, so that there is one address for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.adapters.web.problems import UNAVAILABLE, Problem

METHODS = ["GET", "POST"]
OF_ONE_CONNECTION = frozenset(
    ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)
"""Headers that say nothing about what is handed on."""
WITHIN = httpx.Timeout(10.0, read=120.0)
"""A page comes at once; live updates show life more often than this."""


@asynccontextmanager
async def console_routes(url: str) -> AsyncIterator[list[BaseRoute]]:
    """The routes that hand on to a console at this address; none where it is empty."""
    if not url:
        yield []
        return
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN, follow_redirects=False) as client:

        async def hand_on(request: Request) -> Response:
            return await _hand_on(request, client)

        yield [
            Route("/console", hand_on, methods=METHODS),
            Route("/console/{rest:path}", hand_on, methods=METHODS),
        ]


async def _hand_on(request: Request, client: httpx.AsyncClient) -> Response:
    """The console's answer, streamed: live updates have no end."""
    body = request.stream() if request.method == "POST" else None
    try:
        # As it was asked for: decoded, a path could mean another one.
        path = request.scope["raw_path"].decode("latin-1")
        target = httpx.URL(path, query=request.scope["query_string"])
        sent = client.build_request(request.method, target, headers=_headers(request), content=body)
        answer = await client.send(sent, stream=True)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Problem(UNAVAILABLE) from None
    response = StreamingResponse(
        answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
    )
    response.raw_headers = [
        (name, value)
        for name, value in answer.headers.raw
        if name.decode("latin-1").lower() not in OF_ONE_CONNECTION
    ]
    return response


def _headers(request: Request) -> list[tuple[str, str]]:
    """What the browser sent, and who it is: the console sees only us."""
    kept = [
        (name, value)
        for name, value in request.headers.items()
        if name not in OF_ONE_CONNECTION and not name.startswith("x-forwarded-")
    ]
    return [
        *kept,
        ("x-forwarded-proto", request.url.scheme),
        ("x-forwarded-for", request.client.host if request.client else ""),
    ]
