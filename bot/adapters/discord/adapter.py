"""Joins the parts of the Discord adapter and keeps them running. Called by the Discord process."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.adapters.discord.api import discord_errors
from bot.adapters.discord.backoff import pauses
from bot.adapters.discord.client import GatewayClient
from bot.adapters.discord.commands import RegisteredCommands, register
from bot.adapters.discord.connection import silence_library, use_addresses
from bot.adapters.discord.sending import Sender
from bot.content.library import Library
from bot.conversation.ports import Files, Intake, Outbox
from bot.errors import PlatformRefused, SettingInvalid, StoreUnavailable
from bot.settings import Settings

log = logging.getLogger(__name__)

TOKEN_REFUSED = 4004
"""The gateway's close code for a token that is not, or no longer, valid."""


class DiscordAdapter:
    """Discord, from the gateway to the intake and from the outbox to the people."""

    def __init__(
        self,
        settings: Settings,
        intake: Intake,
        outbox: Outbox,
        files: Files,
        *,
        library: Library,
        identity_key: bytes,
        registered: RegisteredCommands,
        consumer: str = "discord",
    ) -> None:
        silence_library()
        use_addresses(settings.discord_api_url, settings.discord_gateway_url)
        self._token = settings.require_discord()
        self._registered = registered
        self._client = GatewayClient(intake, library=library, identity_key=identity_key)
        self.sender = Sender(
            self._client.api,
            outbox,
            files,
            library=library,
            identity_key=identity_key,
            consumer=consumer,
        )

    @property
    def is_connected(self) -> bool:
        """Whether the gateway is open, so that we hear people."""
        return self._client.is_ready() and self._client.ws.open

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            SettingInvalid: Discord does not accept the token.
            PlatformRefused: Discord closed the gateway for another reason that will not pass.
        """
        work: list[asyncio.Task[None]] = []
        try:
            await self._log_in()
            work = [asyncio.create_task(self.sender.run()), asyncio.create_task(self._register())]
            await self._stay_connected()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await self._client.close()

    async def _log_in(self) -> None:
        """Log in, waiting for Discord as long as it takes."""
        for pause in pauses():
            try:
                with discord_errors():
                    await self._client.login(self._token.reveal())
                return
            except discord.LoginFailure:
                raise _token_refused() from None
            except PlatformRefused as refused:
                log.warning("Logging in failed; next try in %g s. %s", pause, refused)
            # The library would leave its session open and make another over a closed connector.
            await self._client.http.close()
            self._client.http.connector = discord.utils.MISSING
            await asyncio.sleep(pause)

    async def _stay_connected(self) -> None:
        """Hear the gateway; the library itself survives nearly every loss of it."""
        for pause in pauses():
            try:
                await self._client.connect()
            except discord.ConnectionClosed as closed:
                if closed.code == TOKEN_REFUSED:
                    raise _token_refused() from None
                raise PlatformRefused("discord", f"gateway closed with {closed.code}") from closed
            except Exception as error:  # such as a gateway that is down at the very first try
                log.warning("The gateway failed (%s).", type(error).__name__)
            if self._client.ws is not None and self._client.ws.open:
                await self._client.ws.close()
            await asyncio.sleep(pause)

    async def _register(self) -> None:
        """Register the commands where they changed, waiting for Discord and Redis."""
        for pause in pauses():
            try:
                if await register(self._client.tree, self._registered):
                    log.info("The commands were registered.")
                return
            except (PlatformRefused, StoreUnavailable) as error:
                log.warning("The commands are not registered yet: %s", error)
                if isinstance(error, PlatformRefused) and not error.retryable:
                    return
            except Exception as error:
                log.error("The commands cannot be registered (%s).", type(error).__name__)
                return
            await asyncio.sleep(pause)


def _token_refused() -> SettingInvalid:
    return SettingInvalid(
        "DISCORD_BOT_TOKEN",
        "Discord does not accept this token; copy it again from the developer portal",
    )
