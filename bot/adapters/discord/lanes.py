"""Lanes: items of one lane one after the other, lanes side by side, within bounds."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.conversation.ports import OutboxItem

log = logging.getLogger(__name__)

MOST_WAITING = 1_000
"""Items taken and not finished; beyond it the reader waits, and Redis keeps the rest."""
MOST_AT_ONCE = 64
"""Lanes that work at the same time."""


class Lanes:
    """Runs one worker for each lane that has anything to do."""

    def __init__(self, work: Callable[[OutboxItem], Awaitable[None]]) -> None:
        self._work = work
        self._room = asyncio.Semaphore(MOST_WAITING)
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)
        self._queues: dict[str, deque[OutboxItem]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def put(self, lane: str, item: OutboxItem) -> None:
        """Queue an item at the end of its lane; waits while there is no room."""
        await self._room.acquire()
        if lane in self._queues:
            self._queues[lane].append(item)
            return
        self._queues[lane] = deque([item])
        worker = asyncio.create_task(self._run(lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def close(self) -> None:
        """Stop all workers; what they had not finished stays in the outbox."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        queue = self._queues[lane]
        while queue:
            item = queue.popleft()
            async with self._at_once:
                try:
                    await self._work(item)
                except Exception as error:  # the lane must not end with it
                    log.error("An item was left (%s).", type(error).__name__)
            self._room.release()
        del self._queues[lane]
