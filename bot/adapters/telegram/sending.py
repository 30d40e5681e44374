"""Takes deliveries off the outbox and sends them: in order in a chat, chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.adapters.telegram.address import Address
from bot.adapters.telegram.backoff import Sleep, pauses, persist
from bot.adapters.telegram.courier import Courier, Outcome
from bot.adapters.telegram.presenting import present
from bot.content.library import Library
from bot.conversation.messages import Reply
from bot.conversation.ports import Outbox, OutboxItem

log = logging.getLogger(__name__)

CONSUMER = "telegram"
"""One process sends to Telegram; after a restart it finds what it had not finished."""
MOST_IN_HAND = 5_000
"""Deliveries taken and not finished: many, so that one chat at its limit does not stop others."""
LAST_WORDS_SECONDS = 5.0
"""How long a stop waits for sends on their way."""


class Sender:
    """Empties the outbox."""

    def __init__(
        self, outbox: Outbox, courier: Courier, *, library: Library, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._outbox = outbox
        self._courier = courier
        self._library = library
        self._sleep = sleep
        self._room = asyncio.Semaphore(MOST_IN_HAND)
        self._queues: dict[int, deque[OutboxItem]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self.outcomes: Counter[Outcome] = Counter()
        """How many messages came to what, since the start."""

    async def run(self) -> None:
        """Send for ever, through any failure; a stop lets sends on their way end."""
        waits = pauses()
        try:
            while True:
                try:
                    async for item in self._outbox.read("telegram", CONSUMER):
                        waits = pauses()
                        await self._take(item)
                except Exception as error:
                    log.warning("The outbox cannot be read (%s).", type(error).__name__)
                # The next reading begins with all that is not finished: let there be none.
                await self._finish()
                await self._sleep(next(waits))
        finally:
            await self._stop()

    async def _take(self, item: OutboxItem) -> None:
        await self._room.acquire()
        chat = item.delivery.return_address.get("chat", 0)
        if chat in self._queues:
            self._queues[chat].append(item)
            return
        self._queues[chat] = deque([item])
        worker = asyncio.create_task(self._serve(chat))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _finish(self) -> None:
        if self._workers:
            await asyncio.wait(self._workers)

    async def _stop(self) -> None:
        self._is_stopping = True
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=LAST_WORDS_SECONDS)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, chat: int) -> None:
        """Deliver what waits for one chat, until nothing does."""
        queue = self._queues[chat]
        while queue and not self._is_stopping:
            item = queue.popleft()
            try:
                await self._deliver(item)
            except Exception as error:  # tried again, it would fail again and hold up the chat
                kind = type(error).__name__
                log.error("Delivery %s cannot be made (%s).", item.position, kind)
                await self._persist(partial(self._outbox.done, item))
            finally:
                self._room.release()
        del self._queues[chat]

    async def _deliver(self, item: OutboxItem) -> None:
        address = Address.from_json(item.delivery.return_address)
        for number, reply in enumerate(item.delivery.replies, start=1):
            if number > item.sent:
                outcome = await self._send(reply, address)
                if outcome is not Outcome.SENT:
                    log.warning("Delivery %s was %s.", item.position, outcome.name.lower())
                if outcome is Outcome.CLOSED:
                    break
                await self._persist(partial(self._outbox.note_sent, item, number))
            address = replace(address, reply_to=None)
        await self._persist(partial(self._outbox.done, item))

    async def _send(self, reply: Reply, address: Address) -> Outcome:
        """Send one reply and tell the worst that became of its parts."""
        worst = Outcome.SENT
        for part in present(reply, self._library):
            outcome = await self._courier.send(part, address)
            self.outcomes[outcome] += 1
            if outcome is Outcome.CLOSED:
                return outcome
            if outcome is not Outcome.SENT:
                worst = outcome
            address = replace(address, reply_to=None)
        return worst

    async def _persist(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write to the outbox, however long Redis takes to come back."""
        complaint = "The outbox cannot be written"
        await persist(write, through=Exception, complaint=complaint, sleep=self._sleep)
