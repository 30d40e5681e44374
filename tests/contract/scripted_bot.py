"""A bot in memory for tests of the web: it takes messages in and answers from a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from bot.content.library import Library
from bot.conversation.messages import Delivery, IncomingMessage, Language, Reply
from bot.conversation.ports import Accepted, AnswerCall
from bot.conversation.rendering import ANSWER, LANGUAGE, MORE, render
from bot.errors import StoreUnavailable

Script = Callable[[IncomingMessage], Sequence[Reply]]


class ScriptedBot:
    """Intake, replies and health of one process; attributes say how it fails."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listeners: list[asyncio.Queue[tuple[str, Delivery] | None]] = []
        self._seen: set[tuple[str, str]] = set()
        self._last: dict[str, Delivery] = {}
        self.messages: list[IncomingMessage] = []
        self.discarded: list[tuple[str, str]] = []
        self.times_listened = 0
        self._changed = asyncio.Condition()
        self.is_gone = False
        self.is_full = False
        self.holds_back = False
        self.engines = 1
        self.oldest = 0.0

    def _check(self) -> None:
        if self.is_gone:
            raise StoreUnavailable("ConnectionError")

    async def accept(self, message: IncomingMessage) -> Accepted:
        self._check()
        place = (message.conversation, message.id)
        if place in self._seen:
            return "duplicate"
        if self.is_full:
            return "full"
        self._seen.add(place)
        self.messages.append(message)
        if not self.holds_back:
            self.answer(message)
        await self._note_change()
        return "accepted"

    async def _note_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a message, or for somebody to listen, that makes this true."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def answer(self, message: IncomingMessage) -> None:
        """Run the turn of a message that was accepted."""
        delivery = Delivery(message.conversation, message.id, {}, tuple(self._script(message)))
        self._last[message.conversation] = delivery
        for listener in self._listeners:
            listener.put_nowait((f"{len(self.messages)}-0", delivery))

    def break_listeners(self) -> None:
        """What happens to all that listen when Redis restarts."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[tuple[str, Delivery]]:
        self.times_listened += 1
        await self._note_change()
        self._check()
        listener: asyncio.Queue[tuple[str, Delivery] | None] = asyncio.Queue()
        self._listeners.append(listener)
        try:
            while (item := await listener.get()) is not None:
                yield item
            raise StoreUnavailable("ConnectionError")
        finally:
            self._listeners.remove(listener)

    async def discard(self, position: str, conversation: str) -> None:
        self._check()
        self.discarded.append((position, conversation))

    async def last(self, conversation: str) -> Delivery | None:
        self._check()
        return self._last.get(conversation)

    async def engines_alive(self) -> int:
        self._check()
        return self.engines

    async def waiting(self) -> tuple[int, float]:
        self._check()
        return len(self.messages), self.oldest

    async def counts(self) -> Mapping[tuple[str, str, str], int]:
        self._check()
        return {("web", "fr", "greet"): 3, ("telegram", "en", "help"): 2}


class LibraryScript:
    """Answers out of the library: a button leads to its answer, a text to the one it is told of."""

    def __init__(self, library: Library, topics: Mapping[str, str]) -> None:
        self.library = library
        self._topics = topics
        self._languages: dict[str, Language] = {}

    def __call__(self, message: IncomingMessage) -> Sequence[Reply]:
        language = self._language_of(message)
        return [render(self.library, self._call(message), language)]

    def _language_of(self, message: IncomingMessage) -> Language:
        known = self._languages.get(message.conversation)
        language: Language = known or message.language_hint or "fr"
        if message.button == "l:fr":
            language = "fr"
        elif message.button == "l:en":
            language = "en"
        self._languages[message.conversation] = language
        return language

    def _call(self, message: IncomingMessage) -> AnswerCall:
        value = message.button or ""
        if value.startswith(MORE):
            return AnswerCall(value.removeprefix(MORE), part="more")
        if value.startswith(ANSWER):
            return AnswerCall(value.removeprefix(ANSWER))
        if value.startswith(LANGUAGE):
            return AnswerCall("change_language")
        text = (message.text or "").lower()
        for word, answer in self._topics.items():
            if word in text:
                return AnswerCall(answer)
        return AnswerCall("fallback_unclear")
