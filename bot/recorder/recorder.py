"""Reads the journal and writes it to the record; drops what has been kept long enough."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from bot.conversation.ports import Journal
from bot.errors import StoreUnavailable
from bot.recorder.publisher import Publisher
from bot.store.sql.record import Record, Retention

logger = logging.getLogger(__name__)

MOST = 500
DROP_EVERY = 3600.0


class Recorder:
    """One consumer of the journal. An entry leaves the journal only after it is written."""

    def __init__(
        self,
        journal: Journal,
        record: Record,
        *,
        name: str,
        kept: Retention,
        publisher: Publisher | None = None,
        now: Callable[[], float] = time.time,
        show_life: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._record = record
        self._name = name
        self._kept = kept
        self._publisher = publisher
        self._now = now
        self._show_life = show_life
        self._dropped_at = float("-inf")
        self._is_stopping = False

    def stop(self) -> None:
        """Finish the batch under way, then return from `run`."""
        self._is_stopping = True

    async def run(self) -> None:
        """Record until stopped; what cannot be written waits in the journal."""
        pause, is_clean = 0.0, False
        while not self._is_stopping:
            try:
                if not is_clean:
                    await asyncio.to_thread(self._record.erase_again)
                    is_clean = True
                await self.record_batch(wait=1.0)
                await self.drop_old()
                if self._publisher is not None:
                    await self._publisher.look()
                self._show_life()
                pause = 0.0
            except (StoreUnavailable, OperationalError) as error:
                pause = min(10.0, pause * 2 or 0.5)
                logger.error("Recording waits: %s", type(error).__name__)
                await asyncio.sleep(pause)

    async def record_batch(self, *, wait: float) -> int:
        """Record what there is; returns how many entries."""
        entries = await self._journal.read(self._name, most=MOST, wait=wait)
        if entries:
            await asyncio.to_thread(self._record.write, entries)
            if self._publisher is not None:
                await self._publisher.after(entries)
            await self._journal.done(entries)
        return len(entries)

    async def drop_old(self) -> int:
        """Once an hour, drop what is older than the setting says; returns how many rows."""
        if self._now() - self._dropped_at < DROP_EVERY:
            return 0
        dropped = await asyncio.to_thread(self._record.drop_old, self._kept, self._now())
        self._dropped_at = self._now()
        return dropped
