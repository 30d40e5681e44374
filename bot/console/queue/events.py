"""Live updates: a stream that tells a page how much waits, whenever that changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from bot.console.asked import Asked
from bot.console.gate import COOKIE
from bot.console.queue.counting import NEEDS

ALIVE_EVERY = 15.0
EVENTS = "text/event-stream"
HEADERS = {"X-Accel-Buffering": "no"}


async def events(asked: Asked) -> Response:
    """Server-sent events; only counts, and only of what this account may see.

    Whoever asks for anything else than a stream gets what it would begin with.
    """
    if EVENTS not in asked.request.headers.get("accept", ""):
        return JSONResponse(_counts(asked))
    if not asked.parts.watch.has_room():
        return PlainTextResponse("", 503)
    return StreamingResponse(_told(asked), media_type=EVENTS, headers=HEADERS)


async def _told(asked: Asked) -> AsyncIterator[str]:
    watch = asked.parts.watch
    token = asked.request.cookies.get(COOKIE, "")
    with watch.listening() as changed:
        yield _event(asked)
        while await run_in_threadpool(asked.parts.sessions.is_open, token):
            try:
                await asyncio.wait_for(changed.wait(), ALIVE_EVERY)
            except TimeoutError:
                yield ": still here\n\n"
            else:
                changed.clear()
                yield _event(asked)


def _event(asked: Asked) -> str:
    return f"event: queue\ndata: {json.dumps(_counts(asked))}\n\n"


def _counts(asked: Asked) -> dict[str, int]:
    counts = asked.parts.watch.counts
    return {name: number for name, number in counts.items() if asked.may(NEEDS[name])}
