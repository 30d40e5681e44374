"""Sends what waits in the outbox: in order within a conversation, conversations side by side.

The loop of the Discord process that carries answers out.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256

from bot.adapters.discord.address import Address
from bot.adapters.discord.api import DiscordApi
from bot.adapters.discord.backoff import pauses
from bot.adapters.discord.lanes import Lanes
from bot.adapters.discord.rendering import Payload, messages_of
from bot.content.library import Library
from bot.conversation.ports import Outbox, OutboxItem
from bot.errors import PlatformRefused, StoreUnavailable

log = logging.getLogger(__name__)

READ_PAUSE = 1.0
"""Seconds until the outbox is read again after it could not be."""
MOST_REMEMBERED = 50_000
"""Items this process remembers to have taken; far more than can be on their way at once."""


class Sender:
    """Carries deliveries from the outbox to Discord; never gives one up that it has taken."""

    def __init__(
        self,
        api: DiscordApi,
        outbox: Outbox,
        *,
        library: Library,
        consumer: str,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._library = library
        self._consumer = consumer
        self._lanes = Lanes(self._deliver)
        self._taken: dict[tuple[str, str], None] = {}
        self.counts: Counter[str] = Counter()
        """How many messages were `sent`, tried `again` and `dropped`."""

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                try:
                    await self._read()
                except Exception as error:
                    log.warning("The outbox cannot be read (%s).", type(error).__name__)
                await asyncio.sleep(READ_PAUSE)
        finally:
            await self._lanes.close()

    async def _read(self) -> None:
        async for item in self._outbox.read("discord", self._consumer):
            key = (item.delivery.conversation, item.position)
            # A reader that starts anew is given again what is still on its way.
            if key in self._taken:
                continue
            self._taken[key] = None
            if len(self._taken) > MOST_REMEMBERED:
                del self._taken[next(iter(self._taken))]
            await self._lanes.put(item.delivery.conversation, item)

    async def _deliver(self, item: OutboxItem) -> None:
        """Send all messages of an item; `sent` counts Discord messages, not replies."""
        try:
            address = Address.from_json(item.delivery.return_address)
            payloads = messages_of(item.delivery, self._library)
            for number in range(item.sent, len(payloads)):
                await self._send(
                    address, payloads[number], number=number, nonce=nonce_of(item, number)
                )
                await self._insist(partial(self._outbox.note_sent, item, number + 1))
        except Exception as error:  # it would fail again and hold up the conversation
            self.counts["dropped"] += 1
            log.error("A delivery was dropped (%s).", type(error).__name__)
        await self._insist(partial(self._outbox.done, item))

    async def _send(self, address: Address, payload: Payload, *, number: int, nonce: str) -> None:
        """Send one message, as often as it takes, unless Discord will never take it."""
        for pause in pauses():
            try:
                await self._api.answer(address, payload, number=number, nonce=nonce)
            except PlatformRefused as refused:
                if refused.retry_after is None:
                    self.counts["dropped"] += 1
                    log.info("A message was dropped: %s", refused)
                    return
                self.counts["again"] += 1
                log.warning("A message waits: %s", refused)
                await asyncio.sleep(max(pause, refused.retry_after))
            else:
                self.counts["sent"] += 1
                return

    async def _insist(self, call: Callable[[], Awaitable[None]]) -> None:
        """Repeat a call to the outbox until Redis has taken it."""
        for pause in pauses():
            try:
                await call()
                return
            except StoreUnavailable:
                await asyncio.sleep(pause)


def nonce_of(item: OutboxItem, number: int) -> str:
    """Always the same for the same message, so that Discord shows a repeated one once."""
    # The conversation too: outboxes of two partitions may use the same position.
    name = f"{item.delivery.conversation}|{item.position}|{number}"
    return sha256(name.encode()).hexdigest()[:24]
