"""Takes deliveries off the outbox and sends them: in order in a chat, chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.adapters.stored_files import drop_file, picture_name, wait_for_file
from bot.adapters.telegram.address import Address
from bot.adapters.telegram.backoff import Result, Sleep, pauses, persist
from bot.adapters.telegram.courier import Courier, Outcome
from bot.adapters.telegram.presenting import DocumentPart, Part, TextPart, present
from bot.content.library import Library
from bot.conversation.identity import file_token
from bot.conversation.messages import Reply
from bot.conversation.ports import Files, Outbox, OutboxItem
from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)

CONSUMER = "telegram"
"""One process sends to Telegram; after a restart it finds what it had not finished."""
MOST_IN_HAND = 5_000
"""Deliveries taken and not finished: many, so that one chat at its limit does not stop others."""
FILE_SECONDS = 10.0
"""How long a file that was promised is waited for; it is made just after the turn."""
LAST_WORDS_SECONDS = 5.0
"""How long a stop waits for sends on their way."""


class Sender:
    """Empties the outbox."""

    def __init__(
        self,
        outbox: Outbox,
        courier: Courier,
        files: Files,
        *,
        library: Library,
        identity_key: bytes,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._courier = courier
        self._files = files
        self._library = library
        self._identity_key = identity_key
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
        token = file_token(self._identity_key, item.delivery.conversation)
        for number, reply in enumerate(item.delivery.replies, start=1):
            if number > item.sent:
                outcome = await self._send(reply, token, address)
                if outcome is not Outcome.SENT:
                    log.warning("Delivery %s was %s.", item.position, outcome.name.lower())
                if outcome is Outcome.CLOSED:
                    break
                await self._persist(partial(self._outbox.note_sent, item, number))
            address = replace(address, reply_to=None)
        await self._persist(partial(self._outbox.done, item))

    async def _send(self, reply: Reply, token: str, address: Address) -> Outcome:
        """Send one reply, and the file that goes with it, and tell the worst that became of it."""
        outcome = await self._send_parts(await self._parts(reply), address)
        if reply.file is None or outcome is Outcome.CLOSED:
            return outcome
        address = replace(address, reply_to=None)
        if address.is_shared:
            text = self._library.word("telegram.file_for_you_alone", reply.language)
            last = await self._send_parts([TextPart(text)], address)
        else:
            last = await self._send_file(reply.file, token, address)
        return outcome if last is Outcome.SENT else last

    async def _send_parts(self, parts: Sequence[Part], address: Address) -> Outcome:
        worst = Outcome.SENT
        for part in parts:
            outcome = await self._courier.send(part, address)
            self.outcomes[outcome] += 1
            if outcome is Outcome.CLOSED:
                return outcome
            if outcome is not Outcome.SENT:
                worst = outcome
            address = replace(address, reply_to=None)
        return worst

    async def _send_file(self, name: str, token: str, address: Address) -> Outcome:
        """Send what is held about the person, once it is there; nothing when it does not come."""
        content = await self._fetch(
            partial(wait_for_file, self._files, token, seconds=FILE_SECONDS, sleep=self._sleep)
        )
        if content is None:
            log.warning("A file that was promised did not come.")
            return Outcome.SENT
        outcome = await self._send_parts([DocumentPart(name, content)], address)
        await self._fetch(partial(drop_file, self._files, token, content))
        return outcome

    async def _parts(self, reply: Reply) -> Sequence[Part]:
        name = picture_name(reply.image)
        picture = None if name is None else await self._fetch(partial(self._files.read, name))
        return present(reply, self._library, picture=picture)

    async def _fetch(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """Ask for files, however long Redis takes to come back."""
        complaint = "The files cannot be reached"
        return await persist(call, through=StoreUnavailable, complaint=complaint, sleep=self._sleep)

    async def _persist(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write to the outbox, however long Redis takes to come back."""
        complaint = "The outbox cannot be written"
        await persist(write, through=Exception, complaint=complaint, sleep=self._sleep)
