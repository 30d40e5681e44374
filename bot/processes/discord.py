"""The Discord adapter's process."""

from __future__ import annotations

import asyncio
import os

from bot.adapters.discord.adapter import DiscordAdapter
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.processes.services import open_services
from bot.processes.stopping import run_until_signal
from bot.settings import Settings, read_settings
from bot.store.redis.discord_commands import RedisDiscordCommands


def main(arguments: list[str]) -> int:
    """Run the Discord adapter."""
    settings = read_settings(os.environ)
    settings.require_discord()
    logs.set_up("discord")
    asyncio.run(run_until_signal(_run(settings)))
    return 0


async def _run(settings: Settings) -> None:
    async with open_services(settings) as services:
        adapter = DiscordAdapter(
            settings,
            services.intake,
            services.outbox,
            services.files,
            library=services.library,
            identity_key=services.vault.identity_key,
            registered=RedisDiscordCommands(services.connection),
        )
        show_sending = sign_of_life(settings, "discord", "sending")
        show_receiving = sign_of_life(settings, "discord", "receiving")

        def show_life() -> None:
            show_sending()
            if adapter.is_connected:
                show_receiving()

        services.outbox.on_look = show_life
        await adapter.run()
