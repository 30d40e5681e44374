"""People on Telegram and on Discord, for end-to-end tests: they write, press, wait and read.

What they read is compared with the content itself: a person hears an answer, whole and in their
language, and nothing else in between.
"""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.content.library import Library, load_library
from bot.conversation.identity import conversation_id
from bot.conversation.messages import Language, Platform
from tests.end_to_end.stack import ROOT, Stack
from tests.platforms.discord_api import MODAL
from tests.platforms.discord_server import DiscordServer
from tests.platforms.discord_state import BotMessage
from tests.platforms.telegram_api import Json
from tests.platforms.telegram_server import TelegramServer

COMMANDS = {
    "delete": {"fr": "effacer", "en": "delete"},
    "results": {"fr": "résultats", "en": "results"},
}
_telegram_users = itertools.count(7_001)


@dataclass(frozen=True)
class Shown:
    """A message of the bot, or a file of it; on Discord both may come as one."""

    text: str = ""
    file_name: str = ""
    file: bytes = b""
    alt: str = ""
    """What stands for a picture."""


@cache
def library() -> Library:
    """What the bot says, from this repository."""
    return load_library(ROOT)


class Person(ABC):
    """Somebody new in a chat of their own with the bot."""

    platform: Platform

    def __init__(self, stack: Stack, language: Language) -> None:
        self._stack = stack
        self.language = language
        self._heard = 0

    @property
    @abstractmethod
    def conversation(self) -> str:
        """What the bot knows them by."""

    @abstractmethod
    def shown(self) -> list[Shown]:
        """All that the bot shows them, in order."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Send a text."""

    @abstractmethod
    def press(self, value: str) -> None:
        """Press a button that they see, by its value.

        Raises:
            LookupError: they see none.
        """

    @abstractmethod
    def command(self, name: str) -> None:
        """Use a command of the menu, by its English name, in their language."""

    @abstractmethod
    async def write_view(self, text: str) -> None:
        """Write a view where the bot asks for it."""

    async def hear(self, *answers: str) -> dict[str, str]:
        """Wait for these answers, next and in this order; what the last one was filled with."""
        said: dict[str, str] = {}
        for answer in answers:
            shown = await self._next(answer)
            found = self._pattern(answer).fullmatch(shown.text)
            assert found, f"instead of {answer} came: {shown}"
            said = found.groupdict()
        return said

    async def receive_file(self) -> Shown:
        """Wait for a file, next."""
        shown = await self._next("a file")
        assert shown.file, f"instead of a file came: {shown}"
        return shown

    def count(self, answer: str) -> int:
        """How often the bot has said something to them so far."""
        return sum(bool(self._pattern(answer).fullmatch(shown.text)) for shown in self.shown())

    async def _next(self, what: str) -> Shown:
        async def is_there() -> bool:
            return len(self.shown()) > self._heard

        await self._stack.wait_for(is_there, f"{what} on {self.platform}")
        self._heard += 1
        return self.shown()[self._heard - 1]

    def _pattern(self, answer: str) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", library().text(answer, self.language).text)
        kept = [
            f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        ]
        cited = r"\n\nSources ?:\n.+" if library().answers[answer].sources else ""
        return re.compile("".join(kept) + cited, re.DOTALL)


class TelegramPerson(Person):
    """In a private chat of Telegram."""

    platform = "telegram"

    def __init__(self, stack: Stack, language: Language, telegram: TelegramServer) -> None:
        super().__init__(stack, language)
        self._telegram = telegram
        self._user = next(_telegram_users)

    @property
    def conversation(self) -> str:
        user = str(self._user)
        return conversation_id(self._stack.vault.identity_key, "telegram", user, user)

    def shown(self) -> list[Shown]:
        return [self._read(message) for message in self._telegram.sent(self._user)]

    def _read(self, message: Json) -> Shown:
        files = [*message.get("photo", []), *filter(None, [message.get("document")])]
        if not files:
            return Shown(message["text"])
        upload = self._telegram.uploads[files[0]["file_id"]]
        return Shown("", upload.name, upload.content, message.get("caption", ""))

    def write(self, text: str) -> None:
        self._telegram.write(text, user=self._user, language=self.language)

    def press(self, value: str) -> None:
        self._telegram.tap(value, user=self._user, language=self.language)

    def command(self, name: str) -> None:
        self.write(f"/{COMMANDS[name][self.language]}")

    async def write_view(self, text: str) -> None:
        self.write(text)


class DiscordPerson(Person):
    """In the direct channel with the bot on Discord."""

    platform = "discord"

    def __init__(self, stack: Stack, language: Language, discord: DiscordServer) -> None:
        super().__init__(stack, language)
        self._discord = discord
        self._user = discord.create_user(locale={"fr": "fr", "en": "en-US"}[language])
        self._channel = discord.direct_channel(self._user)

    @property
    def conversation(self) -> str:
        key = self._stack.vault.identity_key
        return conversation_id(key, "discord", self._user, self._channel)

    def shown(self) -> list[Shown]:
        return [
            each for message in self._discord.messages(user=self._user) for each in _read(message)
        ]

    def write(self, text: str) -> None:
        self._discord.send_dm(self._user, text)

    def press(self, value: str) -> None:
        self._click(value)

    def _click(self, value: str) -> str:
        for message in reversed(self._discord.messages(user=self._user)):
            if value in (known for _, known in message.buttons):
                return self._discord.click(self._user, message.id, value)
        raise LookupError("there is no such button")

    def command(self, name: str) -> None:
        self._discord.slash(self._user, COMMANDS[name][self.language])

    async def write_view(self, text: str) -> None:
        """By the form that a button opens."""
        opening = self._click("t:view_text")

        async def is_open() -> bool:
            return bool(self._discord.interaction(opening)["callback_type"] == MODAL)

        await self._stack.wait_for(is_open, "the form")
        self._discord.fill_in(self._user, opening, text)


def _read(message: BotMessage) -> Iterator[Shown]:
    if message.content:
        yield Shown(message.content.replace("\\", ""))  # put there so that nothing is formatted
    for file in message.files:
        yield Shown("", file["filename"], file["content"], file["description"] or "")
