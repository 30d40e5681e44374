"""Looks at the record beside the pages: counts what waits, brings questions together."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from bot.console.parts import Parts
from bot.console.queue.clusters import find_clusters
from bot.console.queue.counting import count
from bot.store.sql.questions import Questions
from bot.store.sql.queue import Queue

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
CLUSTER_EVERY = 30.0
BREATHER = 10
"""So many times what clustering took, nothing is clustered."""
DAYS = 7
MOST_QUESTIONS = 5_000


async def keep_watch(parts: Parts) -> AsyncIterator[None]:
    """Keep `Parts.watch` up to date while the console runs."""
    tasks = [
        asyncio.create_task(_repeat(_Counting(parts).look, lambda took: LOOK_EVERY)),
        asyncio.create_task(
            _repeat(_Clustering(parts).look, lambda took: max(CLUSTER_EVERY, BREATHER * took))
        ),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _repeat(look: Callable[[], None], pause: Callable[[float], float]) -> None:
    while True:
        started = time.monotonic()
        try:
            await asyncio.to_thread(look)
        except SQLAlchemyError as error:
            log.error("The record does not answer: %s", type(error).__name__)
        await asyncio.sleep(pause(time.monotonic() - started))


class _Counting:
    """Tells listeners when the queue is another than it was."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._queue = Queue(parts.engine, parts.vault, parts.now)
        self._seen: object = None

    def look(self) -> None:
        seen = (self._queue.fingerprint(), self._parts.watch.clusters)
        if seen != self._seen:
            self._parts.watch.tell(count(self._parts))
            self._seen = seen


class _Clustering:
    """Clusters what was asked in vain, when there is more or less of it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._questions = Questions(parts.engine, parts.vault)
        self._seen: object = None

    def look(self) -> None:
        since = self._parts.now() - DAYS * 86_400
        seen = self._questions.fingerprint(since)
        if seen != self._seen:
            self._parts.watch.clusters = find_clusters(
                self._questions.newest(since, MOST_QUESTIONS)
            )
            self._seen = seen
