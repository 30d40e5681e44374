"""Takes updates in: stores what was said, then lets the person see that it was heard.

Called by the poller in the telegram process and by the webhook in the web process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.adapters.telegram.address import Address
from bot.adapters.telegram.connection import TelegramBot
from bot.adapters.telegram.updates import read_update
from bot.content.library import Library
from bot.conversation.messages import LANGUAGES, IncomingMessage
from bot.conversation.ports import Intake
from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)

MOST_COURTESIES = 100
"""Calls on their way that nobody waits for; more are left out, so that a flood costs little."""
NOTICE_SECONDS = 60.0
"""How often one conversation may be told to slow down."""
MOST_NOTICES = 10_000


class Receiver:
    """Turns updates into stored messages."""

    def __init__(
        self,
        bot: TelegramBot,
        intake: Intake,
        *,
        library: Library,
        identity_key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._library = library
        self._identity_key = identity_key
        self._clock = clock
        self._courtesies: set[asyncio.Task[None]] = set()
        self._told: dict[str, float] = {}

    async def receive(self, data: Mapping[str, Any]) -> None:
        """Store what an update says; it may be confirmed to Telegram when this returns.

        Raises:
            StoreUnavailable: it is not stored; give it again.
            TelegramError: who we are is not known yet; give it again.
        """
        try:
            await self._receive(data)
        except (StoreUnavailable, TelegramError):
            raise
        except Exception as error:  # given again, it would fail again and hold up all others
            log.error("An update could not be read (%s).", type(error).__name__)

    async def close(self) -> None:
        """Stop what nobody waits for."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _receive(self, data: Mapping[str, Any]) -> None:
        update = Update.de_json(dict(data), self._bot)
        if update.callback_query:  # the button shows a clock until it is answered
            self._offer(partial(self._bot.answer_callback_query, update.callback_query.id))
        await self._bot.initialize()  # asks Telegram once who we are
        message = read_update(
            update, self._bot.bot, identity_key=self._identity_key, at=self._clock()
        )
        if message is not None:
            await self._take(message)

    async def _take(self, message: IncomingMessage) -> None:
        accepted = await self._intake.accept(message)
        address = Address.from_json(message.return_address)
        chat, thread = address.chat, address.thread
        if accepted == "accepted":
            typing = ChatAction.TYPING
            self._offer(partial(self._bot.send_chat_action, chat, typing, message_thread_id=thread))
        elif accepted == "full" and self._may_tell(message.conversation):
            text = self._slow_down(message)
            self._offer(partial(self._bot.send_message, chat, text, message_thread_id=thread))

    def _slow_down(self, message: IncomingMessage) -> str:
        languages = (message.language_hint,) if message.language_hint else LANGUAGES
        return "\n\n".join(self._library.text("slow_down", code).text for code in languages)

    def _may_tell(self, conversation: str) -> bool:
        now = self._clock()
        if now - self._told.get(conversation, -NOTICE_SECONDS) < NOTICE_SECONDS:
            return False
        if len(self._told) >= MOST_NOTICES:
            self._told = {
                other: at for other, at in self._told.items() if now - at < NOTICE_SECONDS
            }
        self._told[conversation] = now
        return True

    def _offer(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call that may fail and that nobody waits for."""
        if len(self._courtesies) < MOST_COURTESIES:
            task = asyncio.create_task(_forgive(call))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)


async def _forgive(call: Callable[[], Awaitable[object]]) -> None:
    try:
        await call()
    except Exception as error:
        log.info("Telegram did not take a courtesy (%s).", type(error).__name__)
