"""The web's process: chat page, API, health, metrics, and Telegram's webhook where it is on."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.routing import BaseRoute

from bot.adapters.telegram.connection import open_bot
from bot.adapters.telegram.receiving import Receiver
from bot.adapters.telegram.webhook import webhook_route
from bot.adapters.web.application import create_app
from bot.adapters.web.forwarding import console_routes
from bot.processes import logs
from bot.processes.services import Services, open_services
from bot.settings import Settings, read_settings
from bot.store.redis.store import RedisHealth, RedisReplies

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run the web process."""
    logs.set_up("web")
    asyncio.run(_run(read_settings(os.environ)))
    return 0


async def _run(settings: Settings) -> None:
    async with (
        open_services(settings) as services,
        _telegram_routes(settings, services) as telegram,
        console_routes(settings.console_url) as console,
    ):
        app = create_app(
            library=services.library,
            intake=services.intake,
            replies=RedisReplies(services.connection, services.vault),
            files=services.files,
            health=RedisHealth(services.connection),
            identity_key=services.vault.identity_key,
            extra_routes=[*telegram, *console],
        )
        config = uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,  # addresses and times of young people are nobody's business
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        logger.info("Web listens on port %d.", settings.http_port)
        await uvicorn.Server(config).serve()


@asynccontextmanager
async def _telegram_routes(
    settings: Settings, services: Services
) -> AsyncIterator[list[BaseRoute]]:
    """Telegram's webhook, when it is set; there is one public door, and this process keeps it."""
    if not settings.telegram_token or settings.telegram_mode != "webhook":
        yield []
        return
    settings.require_telegram()
    bot = open_bot(settings)
    receiver = Receiver(
        bot,
        services.intake,
        library=services.library,
        identity_key=services.vault.identity_key,
    )
    try:
        yield [webhook_route(settings, receiver)]
    finally:
        await receiver.close()
        await bot.shutdown()
