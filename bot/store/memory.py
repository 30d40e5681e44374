"""The ports in memory, for tests and the terminal; they pass the contract tests that Redis does."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.conversation.messages import Delivery, IncomingMessage, Platform
from bot.conversation.ports import (
    Accepted,
    Claim,
    ConversationRecord,
    JournalEntry,
    JsonObject,
    OutboxItem,
    Turn,
)

MOST_WAITING = 100
LAST_SECONDS = 600.0
PAUSE = 0.005


@dataclass
class _Conversation:
    inbox: deque[IncomingMessage] = field(default_factory=deque)
    record: ConversationRecord = field(default_factory=ConversationRecord)
    token: str | None = None
    held_until: float = 0.0
    attempts: int = 0
    last: Delivery | None = None
    last_until: float = 0.0


class MemoryStore:
    """Intake, turns, outbox, replies and journal of one process."""

    def __init__(self, *, lease: float = 15.0) -> None:
        self._lease = lease
        self._conversations: dict[str, _Conversation] = defaultdict(_Conversation)
        self._seen: set[tuple[str, str]] = set()
        self._line: deque[str] = deque()
        self._outbox: dict[str, dict[str, Delivery]] = defaultdict(dict)
        self._taken: dict[str, set[str]] = defaultdict(set)
        self._sent: dict[str, int] = {}
        self._web: list[tuple[str, Delivery]] = []
        self._journal: dict[str, JsonObject] = {}
        self._count = 0

    async def accept(self, message: IncomingMessage) -> Accepted:
        """See `ports.Intake.accept`."""
        conversation = self._conversations[message.conversation]
        mark = (message.conversation, message.id)
        if mark in self._seen:
            return "duplicate"
        if len(conversation.inbox) >= MOST_WAITING:
            return "full"
        self._seen.add(mark)
        conversation.inbox.append(message)
        if message.conversation not in self._line:
            self._line.append(message.conversation)
        return "accepted"

    async def claim(self, *, wait: float) -> Claim | None:
        """See `ports.Turns.claim`."""
        deadline = time.monotonic() + wait
        while True:
            for id in self._line:
                conversation = self._conversations[id]
                if conversation.token is None or conversation.held_until < time.monotonic():
                    self._line.remove(id)
                    self._line.append(id)
                    return self._take(conversation)
            if time.monotonic() >= deadline:
                return None
            await asyncio.sleep(PAUSE)

    def _take(self, conversation: _Conversation) -> Claim:
        conversation.token = secrets.token_hex(8)
        conversation.held_until = time.monotonic() + self._lease
        conversation.attempts += 1
        return Claim(
            conversation.inbox[0], conversation.record, conversation.token, conversation.attempts
        )

    def _held(self, claim: Claim) -> _Conversation | None:
        conversation = self._conversations[claim.message.conversation]
        return conversation if conversation.token == claim.token else None

    async def renew(self, claim: Claim) -> bool:
        """See `ports.Turns.renew`."""
        conversation = self._held(claim)
        if conversation is None:
            return False
        conversation.held_until = time.monotonic() + self._lease
        return True

    async def release(self, claim: Claim) -> None:
        """See `ports.Turns.release`."""
        conversation = self._held(claim)
        if conversation is not None:
            conversation.token, conversation.attempts = None, 0

    async def commit(self, claim: Claim, turn: Turn) -> bool:
        """See `ports.Turns.commit`."""
        conversation = self._held(claim)
        if conversation is None:
            return False
        message = conversation.inbox.popleft()
        conversation.token, conversation.attempts = None, 0
        events = (*conversation.record.events, *([turn.events] if turn.events else []))
        given = conversation.record.given if turn.given is None else turn.given
        kept = () if turn.keep < 0 else events[-turn.keep :]
        conversation.record = ConversationRecord(turn.state, kept, given)
        if turn.delivery is not None:
            position = self._next_position()
            if message.platform == "web":
                self._web.append((position, turn.delivery))
                conversation.last = turn.delivery
                conversation.last_until = time.monotonic() + LAST_SECONDS
            else:
                self._outbox[message.platform][f"{message.platform}|{position}"] = turn.delivery
        if turn.forget:
            conversation.record, conversation.last = ConversationRecord(), None
        for event in turn.journal:
            self._journal[self._next_position()] = dict(event)
        if not conversation.inbox:
            self._line.remove(message.conversation)
        return True

    def _next_position(self) -> str:
        self._count += 1
        return str(self._count)

    async def read(self, platform: Platform, consumer: str) -> AsyncIterator[OutboxItem]:
        """See `ports.Outbox.read`."""
        waiting = self._outbox[platform]
        left = [item for item in waiting.items() if item[0] in self._taken[platform]]
        for position, delivery in left:
            yield OutboxItem(position, delivery, self._sent.get(position, 0), is_redelivered=True)
        while True:
            for position, delivery in list(waiting.items()):
                if position not in self._taken[platform]:
                    self._taken[platform].add(position)
                    yield OutboxItem(position, delivery, 0, is_redelivered=False)
            await asyncio.sleep(PAUSE)

    async def note_sent(self, item: OutboxItem, sent: int) -> None:
        """See `ports.Outbox.note_sent`."""
        self._sent[item.position] = sent

    async def done(self, item: OutboxItem) -> None:
        """See `ports.Outbox.done`."""
        self._outbox[item.position.split("|")[0]].pop(item.position, None)
        self._sent.pop(item.position, None)

    async def listen(self) -> AsyncIterator[tuple[str, Delivery]]:
        """See `ports.Replies.listen`."""
        place = len(self._web)
        while True:
            while place < len(self._web):
                place += 1
                yield self._web[place - 1]
            await asyncio.sleep(PAUSE)

    async def discard(self, position: str, conversation: str) -> None:
        """See `ports.Replies.discard`."""

    async def last(self, conversation: str) -> Delivery | None:
        """See `ports.Replies.last`."""
        kept = self._conversations[conversation]
        return kept.last if time.monotonic() < kept.last_until else None


class MemoryJournal:
    """The journal of a MemoryStore."""

    def __init__(self, store: MemoryStore) -> None:
        self._entries = store._journal

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        """See `ports.Journal.read`."""
        deadline = time.monotonic() + wait
        while not self._entries and time.monotonic() < deadline:  # noqa: ASYNC110 - a twin
            await asyncio.sleep(PAUSE)
        return [
            JournalEntry(position, event) for position, event in list(self._entries.items())[:most]
        ]

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        """See `ports.Journal.done`."""
        for entry in entries:
            self._entries.pop(entry.position, None)


class MemoryFiles:
    """Files of one process (see `ports.Files`)."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, float]] = {}

    async def put(self, name: str, content: bytes, *, seconds: int) -> None:
        """See `ports.Files.put`."""
        self._files[name] = (content, time.monotonic() + seconds)

    async def read(self, name: str) -> bytes | None:
        """See `ports.Files.read`."""
        content, until = self._files.get(name, (None, 0.0))
        return content if time.monotonic() < until else None

    async def drop(self, name: str) -> None:
        """See `ports.Files.drop`."""
        self._files.pop(name, None)
