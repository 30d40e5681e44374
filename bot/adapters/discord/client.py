"""The library's client, reduced to what we need: it hears people and hands on what they say.

Built by `adapter`. It asks for no privileged intent: Discord shows the text of direct messages,
mentions and replies without one, and nothing else is our business.
"""

from __future__ import annotations

import logging
import sys

import discord

from bot.adapters.discord.api import DiscordApi
from bot.adapters.discord.commands import CommandTree
from bot.adapters.discord.incoming import AnyInteraction, button_of, is_for_us
from bot.adapters.discord.receiving import Receiver
from bot.adapters.discord.view_form import FORM, view_in
from bot.content.library import Library
from bot.conversation.ports import Intake

log = logging.getLogger(__name__)

LONGEST_RATE_LIMIT = 30.0
"""Seconds the library may hold one call back; beyond it the call fails and is tried again."""


class GatewayClient(discord.Client):
    """Hears messages, commands and buttons; keeps no message and no member in memory."""

    def __init__(self, intake: Intake, *, library: Library, identity_key: bytes) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True, guild_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.api = DiscordApi(self.http)
        self._receiver = Receiver(self.api, intake, library=library, identity_key=identity_key)
        self.tree = CommandTree(self, self._receiver, library)

    async def setup_hook(self) -> None:
        """Called by the library once it is logged in."""
        await self.tree.set_translator(self.tree.words)

    async def close(self) -> None:
        """Leave Discord."""
        await self._receiver.close()
        await super().close()

    async def on_message(self, message: discord.Message) -> None:
        """Take in a message that is for us. Edits and deletions are not: an answer stands."""
        if self.user is not None and is_for_us(message, self.user.id):
            await self._receiver.receive_message(message)

    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """Take in a pressed button or a form of any age; the tree takes the commands."""
        button, view = button_of(interaction), view_in(interaction)
        if button == FORM:
            await self._receiver.open_form(interaction)
        elif button is not None:
            await self._receiver.receive_interaction(interaction, button=button)
        elif view is not None:
            await self._receiver.receive_interaction(interaction, text=view)
        elif interaction.type in (
            discord.InteractionType.component,
            discord.InteractionType.modal_submit,
        ):
            await self._receiver.decline(interaction)

    async def on_ready(self) -> None:
        """Say so in the log."""
        log.info("Connected to Discord.")

    async def on_resumed(self) -> None:
        """Say so in the log."""
        log.info("Connected to Discord again; nothing was missed.")

    async def on_disconnect(self) -> None:
        """Say so in the log; the library connects again by itself."""
        log.warning("The connection to Discord was lost.")

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Say which event failed and how, without its content."""
        kind = sys.exc_info()[0]
        log.error("%s failed (%s).", event_method, kind.__name__ if kind else "?")
