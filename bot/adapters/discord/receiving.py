"""Takes in what people send: acknowledges it to Discord, keeps the order, and stores it.

Called by `client` for each message and interaction, in the order Discord sent them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

import discord

from bot.adapters.discord.address import Address
from bot.adapters.discord.api import DiscordApi, discord_errors
from bot.adapters.discord.incoming import (
    AnyInteraction,
    is_alone_with_us,
    is_direct,
    language_of,
    read_interaction,
    read_message,
)
from bot.adapters.discord.rendering import plain_message
from bot.adapters.discord.view_form import make_form
from bot.content.library import Library
from bot.conversation.messages import LANGUAGES, IncomingMessage, Language
from bot.conversation.ports import Accepted, Intake
from bot.errors import PlatformRefused, StoreUnavailable

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds a message is tried again while it cannot be stored; then the person is told."""
STORE_PAUSE = 0.5
ACKNOWLEDGE_TRIES = 2
ALREADY_ACKNOWLEDGED = 40060
"""Discord's code for an interaction that was answered before, as by our own first try."""
NOTICE_SECONDS = 60.0
"""How often one conversation may be told the same notice."""
MOST_NOTICES = 10_000
MOST_COURTESIES = 100
"""Typing marks on their way that nobody waits for; more are left out."""


class Receiver:
    """Turns messages and interactions into stored messages."""

    def __init__(
        self,
        api: DiscordApi,
        intake: Intake,
        *,
        library: Library,
        identity_key: bytes,
    ) -> None:
        self._api = api
        self._intake = intake
        self._library = library
        self._identity_key = identity_key
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._courtesies: set[asyncio.Task[None]] = set()
        self._told: dict[tuple[str, str], float] = {}

    async def receive_message(self, message: discord.Message) -> None:
        """Store a message that is for us, and show that an answer is on its way."""
        incoming = read_message(message, self._identity_key, at=time.time())
        async with self._in_order(incoming.conversation):
            accepted = await self._store(incoming)
        await self._tell_what_failed(accepted, incoming)
        if accepted == "accepted" and is_direct(message):
            self._show_typing(message.channel.id)

    async def receive_interaction(
        self, interaction: AnyInteraction, *, text: str | None = None, button: str | None = None
    ) -> None:
        """Acknowledge a command or button within Discord's three seconds, then store it."""
        incoming = read_interaction(
            interaction, self._identity_key, at=time.time(), text=text, button=button
        )
        # Acknowledged beside the queue: one stuck message must not let the next ones expire.
        acknowledging = asyncio.create_task(_acknowledge(interaction))
        async with self._in_order(incoming.conversation):
            if not await acknowledging:
                if not is_alone_with_us(interaction):
                    # The person sees that it failed, and has no place to see an answer.
                    log.warning("An interaction was over before it could be acknowledged.")
                    return
                incoming = _without_token(incoming)
            accepted = await self._store(incoming)
        await self._tell_what_failed(accepted, incoming)

    async def open_form(self, interaction: AnyInteraction) -> None:
        """Show the form for a view; the person sees it if Discord does not take it in time."""
        form = make_form(self._library, _languages(language_of(interaction)))
        if not await _respond(partial(interaction.response.send_modal, form)):
            log.warning("An interaction was over before it could be acknowledged.")

    async def decline(self, interaction: AnyInteraction) -> None:
        """Say politely that this command, menu or form is not ours any more."""
        text = "\n".join(
            self._library.word("discord.no_longer_works", language)
            for language in _languages(language_of(interaction))
        )
        with suppress(PlatformRefused, discord.InteractionResponded), discord_errors():
            await interaction.response.send_message(text, ephemeral=True)

    async def close(self) -> None:
        """Stop what nobody waits for."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    @asynccontextmanager
    async def _in_order(self, conversation: str) -> AsyncIterator[None]:
        """One message of a conversation at a time, first come, first served."""
        lock = self._locks.get(conversation)
        if lock is None:
            lock = self._locks[conversation] = asyncio.Lock()
        async with lock:
            yield

    async def _store(self, message: IncomingMessage) -> Accepted | None:
        """What the intake said, or None when it could not be reached for too long."""
        while True:
            try:
                return await self._intake.accept(message)
            except StoreUnavailable:
                if time.time() + STORE_PAUSE > message.at + PATIENCE:
                    log.warning("A message could not be stored; the person is told.")
                    return None
                await asyncio.sleep(STORE_PAUSE)
            except Exception as error:
                log.error("A message could not be stored (%s).", type(error).__name__)
                return None

    async def _tell_what_failed(self, accepted: Accepted | None, message: IncomingMessage) -> None:
        if accepted == "full":
            await self._tell("slow_down", message)
        elif accepted is None:
            await self._tell("unavailable", message)

    async def _tell(self, answer: str, message: IncomingMessage) -> None:
        """Send a notice, but not the same one to a conversation again and again."""
        address = Address.from_json(message.return_address)
        try:
            if self._may_tell(answer, message.conversation):
                texts = [
                    self._library.text(answer, language).text
                    for language in _languages(message.language_hint)
                ]
                nonce = f"{message.id}n"
                payload = plain_message("\n\n".join(texts))
                await self._api.answer(address, payload, number=0, nonce=nonce)
            elif address.token is not None:
                await self._api.withdraw(address)
        except PlatformRefused as refused:
            log.info("A notice was not sent: %s", refused)

    def _may_tell(self, answer: str, conversation: str) -> bool:
        now = time.time()
        if now - self._told.get((answer, conversation), -NOTICE_SECONDS) < NOTICE_SECONDS:
            return False
        if len(self._told) >= MOST_NOTICES:
            self._told = {
                other: at for other, at in self._told.items() if now - at < NOTICE_SECONDS
            }
        self._told[answer, conversation] = now
        return True

    def _show_typing(self, channel: int) -> None:
        if len(self._courtesies) >= MOST_COURTESIES:
            return
        task = asyncio.create_task(_forgive(self._api.show_typing(channel)))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _acknowledge(interaction: AnyInteraction) -> bool:
    """Show that an answer is on its way; False when Discord did not take it in time."""
    is_ephemeral = not is_alone_with_us(interaction)
    return await _respond(
        partial(interaction.response.defer, thinking=True, ephemeral=is_ephemeral)
    )


async def _respond(respond: Callable[[], Awaitable[object]]) -> bool:
    """Make the first response to an interaction; False when Discord did not take it in time."""
    for _ in range(ACKNOWLEDGE_TRIES):
        try:
            await respond()
        except discord.HTTPException as error:
            return error.code == ALREADY_ACKNOWLEDGED
        except Exception as error:  # the line broke: whether Discord took it, the next try tells
            log.warning("An interaction was not acknowledged (%s).", type(error).__name__)
        else:
            return True
    return False


async def _forgive(call: Awaitable[None]) -> None:
    with suppress(PlatformRefused):
        await call


def _without_token(message: IncomingMessage) -> IncomingMessage:
    address = replace(Address.from_json(message.return_address), token=None)
    return replace(message, return_address=address.to_json())


def _languages(hint: Language | None) -> tuple[Language, ...]:
    """The person's language, or both where it is not known."""
    return (hint,) if hint else LANGUAGES
