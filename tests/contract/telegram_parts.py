"""Stand-ins for the rooms around the Telegram adapter, and how its tests put it together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from telegram.request import HTTPXRequest

from bot.adapters.telegram.connection import TelegramBot, silence_libraries
from bot.adapters.telegram.courier import Courier
from bot.adapters.telegram.pace import Pace
from bot.adapters.telegram.polling import Poller
from bot.adapters.telegram.receiving import Receiver
from bot.adapters.telegram.sending import Sender
from bot.content.library import Answer, AnswerText, Library
from bot.conversation.messages import (
    LANGUAGES,
    Button,
    Delivery,
    Image,
    IncomingMessage,
    Language,
    Platform,
    Reply,
    Source,
)
from bot.conversation.ports import Accepted, Files, OutboxItem
from bot.errors import StoreUnavailable
from bot.settings import Settings, read_settings
from bot.store.memory import MemoryFiles
from tests.platforms.telegram_server import TelegramServer

IDENTITY_KEY = bytes(32)
SECRET = "a-webhook-secret-for-tests"
SOON = 10.0


def secret_half(token: str) -> str:
    """The part of a token that is the secret; before it stands the bot's id."""
    return token.split(":")[1]


@cache
def library() -> Library:
    """What the adapter itself says, from this repository."""
    stories = Path(__file__).parents[2] / "stories"
    words = yaml.safe_load((stories / "words" / "telegram.yml").read_text("utf-8"))
    notice = yaml.safe_load((stories / "answers" / "slow_down.yml").read_text("utf-8"))
    texts: dict[str, AnswerText] = {
        code: AnswerText(notice[code]["title"], notice[code]["text"], more="", buttons=())
        for code in LANGUAGES
    }
    return Library(
        answers={"slow_down": Answer("slow_down", (), date(2026, 11, 22), "tests", texts)},
        sources={},
        words={f"telegram.{key}": sides for key, sides in words.items()},
    )


def settings_for(telegram: TelegramServer, **more: str) -> Settings:
    """Settings of a bot that talks to the test server."""
    return read_settings(
        {"TELEGRAM_API_URL": telegram.url, "TELEGRAM_BOT_TOKEN": telegram.token, **more}
    )


class FakeIntake:
    """Remembers what it accepted, once each; can be away for some calls, or full."""

    def __init__(self) -> None:
        self.messages: list[IncomingMessage] = []
        self.times_away = 0
        self.is_full = False
        self._changed = asyncio.Condition()

    async def accept(self, message: IncomingMessage) -> Accepted:
        """See `ports.Intake.accept`."""
        if self.times_away > 0:
            self.times_away -= 1
            raise StoreUnavailable("ConnectionError")
        if self.is_full:
            return "full"
        if any(_key(message) == _key(known) for known in self.messages):
            return "duplicate"
        self.messages.append(message)
        async with self._changed:
            self._changed.notify_all()
        return "accepted"

    async def wait_for(self, count: int) -> list[IncomingMessage]:
        """What was accepted, as soon as it is so many."""
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(lambda: len(self.messages) >= count)
        return self.messages

    async def wait_for_texts(self, *texts: str) -> None:
        """Pass when exactly these texts were accepted, in this order."""
        await self.wait_for(len(texts))
        assert tuple(message.text for message in self.messages) == texts


def _key(message: IncomingMessage) -> tuple[str, str]:
    return message.conversation, message.id


class FakeOutbox:
    """An outbox that notes all that is done to it; can be away for some calls."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, int]] = []
        self.finished: list[str] = []
        self.times_away_for_reading = 0
        self.times_away_for_writing = 0
        self._items: list[OutboxItem] = []
        self._changed = asyncio.Condition()

    async def add(self, *replies: Reply, chat: int = 1, sent: int = 0, **place: int | str) -> str:
        """Put one delivery to a chat in; `place` is added to its return address."""
        position = str(len(self._items) + 1)
        delivery = Delivery("0" * 32, f"m{position}", {"chat": chat, **place}, replies)
        self._items.append(OutboxItem(position, delivery, sent, is_redelivered=sent > 0))
        await self._notify()
        return position

    async def read(self, platform: Platform, consumer: str) -> AsyncIterator[OutboxItem]:
        """See `ports.Outbox.read`: each reading begins with what is not finished."""
        assert platform == "telegram"
        taken: set[str] = set()
        while True:
            if self.times_away_for_reading > 0:
                self.times_away_for_reading -= 1
                raise StoreUnavailable("ConnectionError")
            for item in self._items:
                is_known = item.position in taken or item.position in self.finished
                taken.add(item.position)
                if not is_known:
                    yield item
            async with self._changed:
                await self._changed.wait_for(
                    lambda: len(taken) < len(self._items) or self.times_away_for_reading > 0
                )

    async def break_reading(self) -> None:
        """What happens to a reader when Redis goes away."""
        self.times_away_for_reading = 1
        await self._notify()

    async def note_sent(self, item: OutboxItem, sent: int) -> None:
        """See `ports.Outbox.note_sent`."""
        self._check()
        self.notes.append((item.position, sent))

    async def done(self, item: OutboxItem) -> None:
        """See `ports.Outbox.done`."""
        self._check()
        self.finished.append(item.position)
        await self._notify()

    def _check(self) -> None:
        if self.times_away_for_writing > 0:
            self.times_away_for_writing -= 1
            raise StoreUnavailable("ConnectionError")

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait_until_empty(self) -> None:
        """Pass when every delivery is done."""
        await self.wait_until_finished(len(self._items))

    async def wait_until_finished(self, count: int) -> None:
        """Pass when so many deliveries are done."""
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(lambda: len(self.finished) >= count)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move the clock; leave the loop to others for a moment."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0.001)


def reply(
    text: str = "Hello",
    *,
    language: Language = "en",
    buttons: tuple[Button, ...] = (),
    sources: tuple[Source, ...] = (),
    image: Image | None = None,
    file: str | None = None,
) -> Reply:
    """A reply, in English where nothing else is said."""
    return Reply("greet", language, text, buttons, sources, image, file)


@asynccontextmanager
async def open_test_bot(
    telegram: TelegramServer, *, read_timeout: float = 5.0
) -> AsyncIterator[TelegramBot]:
    """A bot of the real library that talks to the test server."""
    silence_libraries()
    requests = [HTTPXRequest(read_timeout=read_timeout) for _ in range(2)]
    try:
        yield TelegramBot(
            telegram.token,
            base_url=f"{telegram.url}/bot",
            base_file_url=f"{telegram.url}/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )
    finally:  # a bot that was never initialised does not close them itself
        await asyncio.gather(*(request.shutdown() for request in requests))


@asynccontextmanager
async def polling(
    telegram: TelegramServer, intake: FakeIntake, *, time: FakeTime | None = None
) -> AsyncIterator[None]:
    """A poller at work."""
    moved = time or FakeTime()
    async with open_test_bot(telegram) as bot:
        receiver = receiver_for(bot, intake, moved)
        async with running(Poller(bot, receiver, sleep=moved.sleep)):
            yield
        await receiver.close()


def receiver_for(bot: TelegramBot, intake: FakeIntake, time: FakeTime) -> Receiver:
    """A receiver with a clock of ours."""
    return Receiver(bot, intake, library=library(), identity_key=IDENTITY_KEY, clock=time.clock)


@asynccontextmanager
async def sending(
    telegram: TelegramServer,
    outbox: FakeOutbox,
    *,
    files: Files | None = None,
    read_timeout: float = 5.0,
) -> AsyncIterator[tuple[Sender, FakeTime]]:
    """A sender at work, to whom waiting costs no time."""
    time = FakeTime()
    async with open_test_bot(telegram, read_timeout=read_timeout) as bot:
        pace = Pace(clock=time.clock, sleep=time.sleep)
        courier = Courier(bot, pace=pace, sleep=time.sleep)
        sender = Sender(
            outbox,
            courier,
            files or MemoryFiles(),
            library=library(),
            identity_key=IDENTITY_KEY,
            sleep=time.sleep,
        )
        async with running(sender):
            yield sender, time


@asynccontextmanager
async def running(part: Poller | Sender) -> AsyncIterator[None]:
    """A part at work; it must not have ended by itself."""
    task = asyncio.create_task(part.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def raw_message(**fields: object) -> Mapping[str, Any]:
    """An update with a message in a private chat, as JSON."""
    message = {
        "message_id": 10,
        "date": 1_700_000_000,
        "chat": {"id": 7, "type": "private", "first_name": "A"},
        "from": {"id": 7, "is_bot": False, "first_name": "A", "language_code": "fr-CA"},
        **fields,
    }
    return {"update_id": 500, "message": message}
