"""Live updates: a stream that tells a page how much waits, whenever that changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from bot.console.asked import Asked
from bot.console.gate import COOKIE
from bot.console.queue.counting import NEEDS

ALIVE_EVERY = 15.0
HEADERS = {"X-Accel-Buffering": "no"}


async def events(asked: Asked) -> Response:
    """Server-sent events; only counts, and only of what this account may see."""
    if not asked.parts.watch.has_room():
        return PlainTextResponse("", 503)
    return StreamingResponse(_told(asked), media_type="text/event-stream", headers=HEADERS)


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
    counts = {
        name: number for name, number in asked.parts.watch.counts.items() if asked.may(NEEDS[name])
    }
    return f"event: queue\ndata: {json.dumps(counts)}\n\n"
