"""The Telegram adapter's process."""

from __future__ import annotations

import asyncio
import os

from bot.adapters.telegram.service import serve_telegram
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.processes.services import open_services
from bot.processes.stopping import run_until_signal
from bot.settings import Settings, read_settings


def main(arguments: list[str]) -> int:
    """Run the Telegram adapter."""
    settings = read_settings(os.environ)
    settings.require_telegram()
    logs.set_up("telegram")
    asyncio.run(run_until_signal(_run(settings)))
    return 0


async def _run(settings: Settings) -> None:
    async with open_services(settings) as services:
        services.outbox.on_look = sign_of_life(settings, "telegram", "sending")
        await serve_telegram(
            settings,
            intake=services.intake,
            outbox=services.outbox,
            files=services.files,
            library=services.library,
            identity_key=services.vault.identity_key,
            on_poll=sign_of_life(settings, "telegram", "receiving"),
        )
