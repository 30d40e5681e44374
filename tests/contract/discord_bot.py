"""A Discord bot for tests: the real adapter with a store in memory, which a script answers from.

`python -m tests.contract.discord_bot` runs one in a process of its own, with the addresses and the
token from the environment; it answers each message with its own text or button.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path

import yaml

from bot.adapters.discord.adapter import DiscordAdapter
from bot.content.library import Answer, AnswerText, Library
from bot.conversation.messages import Delivery, IncomingMessage, Platform, Reply
from bot.conversation.ports import Accepted, OutboxItem
from bot.errors import StoreUnavailable
from bot.settings import Settings, read_settings
from bot.store.memory import MemoryFiles
from tests.platforms.discord_server import DiscordServer

ROOT = Path(__file__).parents[2]
IDENTITY_KEY = b"a key for tests"

Script = Callable[[IncomingMessage], Sequence[Reply]]


class MemoryStore:
    """Intake, outbox and registered commands; attributes say how it fails."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.messages: list[IncomingMessage] = []
        self.waiting: dict[str, Delivery] = {}
        """What is in the outbox, by position."""
        self.noted: dict[str, int] = {}
        self.tries: Counter[str] = Counter()
        self.is_gone = False
        self.is_full = False
        self.commands: str | None = None
        self.files = MemoryFiles()
        self._taken: set[str] = set()
        self._broken = False

    async def accept(self, message: IncomingMessage) -> Accepted:
        self._check("accept")
        await asyncio.sleep(0)
        if any(known.id == message.id for known in self.messages):
            return "duplicate"
        if self.is_full:
            return "full"
        self.messages.append(message)
        self.put(message, self.script(message))
        return "accepted"

    def put(self, message: IncomingMessage, replies: Sequence[Reply]) -> str:
        """Leave an answer in the outbox; gives its position."""
        position = f"discord|{len(self.waiting) + self.tries['put']}-0"
        self.tries["put"] += 1
        if replies:
            self.waiting[position] = Delivery(
                message.conversation, message.id, message.return_address, tuple(replies)
            )
        return position

    def restart(self) -> None:
        """Be what a new process finds: nothing is taken."""
        self._taken.clear()

    def break_reading(self) -> None:
        """Fail the read that is going on."""
        self._broken = True

    async def read(self, platform: Platform, consumer: str) -> AsyncIterator[OutboxItem]:
        self._check("read")
        for position in sorted(self._taken & set(self.waiting)):
            yield self._item(position, is_redelivered=True)
        while True:
            for position in list(self.waiting):
                if self._broken:
                    self._broken = False
                    raise StoreUnavailable("ConnectionError")
                if position not in self._taken:
                    self._taken.add(position)
                    yield self._item(position, is_redelivered=position in self.noted)
            await asyncio.sleep(0.005)

    def _item(self, position: str, *, is_redelivered: bool) -> OutboxItem:
        noted = self.noted.get(position, 0)
        return OutboxItem(position, self.waiting[position], noted, is_redelivered)

    async def note_sent(self, item: OutboxItem, sent: int) -> None:
        self._check("note_sent")
        self.noted[item.position] = sent

    async def done(self, item: OutboxItem) -> None:
        self._check("done")
        self.waiting.pop(item.position, None)

    async def get(self) -> str | None:
        self._check("get")
        return self.commands

    async def set(self, value: str) -> None:
        self._check("set")
        self.commands = value

    def _check(self, verb: str) -> None:
        self.tries[verb] += 1
        if self.is_gone:
            raise StoreUnavailable("ConnectionError")


def library() -> Library:
    """The real words of this adapter, with two answers of the tests' own."""
    words = yaml.safe_load((ROOT / "stories" / "words" / "discord.yml").read_text("utf-8"))
    return Library(
        answers={
            "unavailable": _answer("unavailable", "Ça ne va pas.", "It does not work."),
            "slow_down": _answer("slow_down", "Pas si vite.", "Not so fast."),
        },
        sources={},
        words={f"discord.{key}": texts for key, texts in words.items()},
    )


def _answer(id: str, french: str, english: str) -> Answer:
    texts = {
        "fr": AnswerText(title=id, text=french, more="", buttons=()),
        "en": AnswerText(title=id, text=english, more="", buttons=()),
    }
    return Answer(id, (), reviewed_on=date(2026, 11, 22), reviewed_by="tests", languages=texts)


def echo(message: IncomingMessage) -> Sequence[Reply]:
    """Answer with what was said."""
    text = message.button or message.text or "(nothing)"
    return [Reply("echo", message.language_hint or "en", text)]


def silent(_: IncomingMessage) -> Sequence[Reply]:
    """Answer nothing; the test does."""
    return []


def settings_for(api_url: str, gateway_url: str, token: str) -> Settings:
    """The settings of a bot for that server."""
    return read_settings(
        {
            "DISCORD_API_URL": api_url,
            "DISCORD_GATEWAY_URL": gateway_url,
            "DISCORD_BOT_TOKEN": token,
        }
    )


def adapter_for(discord: DiscordServer, store: MemoryStore) -> DiscordAdapter:
    """An adapter that is not running yet."""
    return DiscordAdapter(
        settings_for(discord.api_url, discord.gateway_url, discord.token),
        store,
        store,
        store.files,
        library=library(),
        identity_key=IDENTITY_KEY,
        registered=store,
    )


@asynccontextmanager
async def running(adapter: DiscordAdapter) -> AsyncIterator[DiscordAdapter]:
    """Run an adapter while the context lasts."""
    task = asyncio.create_task(adapter.run())
    try:
        yield adapter
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def discord_bot(
    script: Script = echo, *, store: MemoryStore | None = None
) -> AsyncIterator[tuple[DiscordServer, MemoryStore]]:
    """A Discord, and a bot that is connected to it and has registered its commands."""
    store = store or MemoryStore(script)
    async with DiscordServer() as discord, running(adapter_for(discord, store)):
        await discord.wait_until_connected()
        await discord.wait_until(lambda: store.commands is not None)
        yield discord, store
        assert discord.unknown() == []


async def _run() -> None:
    store = MemoryStore(echo)
    adapter = DiscordAdapter(
        read_settings(os.environ),
        store,
        store,
        store.files,
        library=library(),
        identity_key=IDENTITY_KEY,
        registered=store,
    )
    await adapter.run()


if __name__ == "__main__":
    asyncio.run(_run())
