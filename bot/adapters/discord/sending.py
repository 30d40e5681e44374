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
from typing import TypeVar

from bot.adapters.discord.address import Address
from bot.adapters.discord.api import DiscordApi
from bot.adapters.discord.backoff import pauses
from bot.adapters.discord.incoming import is_from_discord
from bot.adapters.discord.lanes import Lanes
from bot.adapters.discord.rendering import Attachment, Message, Payload, messages_of
from bot.adapters.stored_files import drop_file, wait_for_file
from bot.content.library import Library
from bot.conversation.identity import file_token
from bot.conversation.ports import Files, Outbox, OutboxItem
from bot.errors import PlatformRefused, StoreUnavailable

log = logging.getLogger(__name__)

Result = TypeVar("Result")

READ_PAUSE = 1.0
"""Seconds until the outbox is read again after it could not be."""
FILE_SECONDS = 10.0
"""How long a file that was promised is waited for; it is made just after the turn."""
MOST_REMEMBERED = 50_000
"""Items this process remembers to have taken; far more than can be on their way at once."""


class Sender:
    """Carries deliveries from the outbox to Discord; never gives one up that it has taken."""

    def __init__(
        self,
        api: DiscordApi,
        outbox: Outbox,
        files: Files,
        *,
        library: Library,
        identity_key: bytes,
        consumer: str,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._files = files
        self._library = library
        self._identity_key = identity_key
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
            if not is_from_discord(item.delivery.message_id):
                address = address.for_news()
            messages = messages_of(
                item.delivery,
                self._library,
                token=file_token(self._identity_key, item.delivery.conversation),
                is_shared=address.is_shared,
            )
            for number in range(item.sent, len(messages)):
                await self._send(
                    address, messages[number], number=number, nonce=nonce_of(item, number)
                )
                await self._insist(partial(self._outbox.note_sent, item, number + 1))
        except Exception as error:  # it would fail again and hold up the conversation
            self.counts["dropped"] += 1
            log.error("A delivery was dropped (%s).", type(error).__name__)
        await self._insist(partial(self._outbox.done, item))

    async def _send(self, address: Address, message: Message, *, number: int, nonce: str) -> None:
        """Send one message, with its file or with what stands for the file."""
        post = partial(self._post, address, number=number, nonce=nonce)
        attachment = message.attachment
        if attachment is None:
            await post(message.body)
            return
        file = await self._file(attachment)
        if file is None and attachment.is_personal:
            log.warning("A file that was promised did not come.")
        is_sent = file is not None and await post(_with(attachment, message.body), file=file)
        if not is_sent and message.otherwise is not None:
            await post(message.otherwise)
        if file is not None and attachment.is_personal:
            await self._insist(partial(drop_file, self._files, attachment.key, file))

    async def _file(self, attachment: Attachment) -> bytes | None:
        seconds = FILE_SECONDS if attachment.is_personal else 0
        return await self._insist(
            partial(wait_for_file, self._files, attachment.key, seconds=seconds)
        )

    async def _post(
        self,
        address: Address,
        body: Payload,
        *,
        number: int,
        nonce: str,
        file: bytes | None = None,
    ) -> bool:
        """Send one body, as often as it takes; False when Discord will never take it."""
        waits = pauses()
        while True:
            try:
                await self._api.answer(address, body, number=number, nonce=nonce, file=file)
            except PlatformRefused as refused:
                if refused.retry_after is None:
                    self.counts["dropped"] += 1
                    log.info("A message was dropped: %s", refused)
                    return False
                self.counts["again"] += 1
                log.warning("A message waits: %s", refused)
                await asyncio.sleep(max(next(waits), refused.retry_after))
            else:
                self.counts["sent"] += 1
                return True

    async def _insist(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """Repeat a call to Redis until it has taken it."""
        waits = pauses()
        while True:
            try:
                return await call()
            except StoreUnavailable:
                await asyncio.sleep(next(waits))


def _with(attachment: Attachment, body: Payload) -> Payload:
    shown: Payload = {"id": 0, "filename": attachment.shown_as}
    if attachment.description:
        shown["description"] = attachment.description
    return body | {"attachments": [shown]}


def nonce_of(item: OutboxItem, number: int) -> str:
    """Always the same for the same message, so that Discord shows a repeated one once."""
    # The conversation too: outboxes of two partitions may use the same position.
    name = f"{item.delivery.conversation}|{item.position}|{number}"
    return sha256(name.encode()).hexdigest()[:24]
