"""The connection to Telegram: how it is opened, and how its failures at the start are named."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.adapters.telegram.backoff import Sleep, persist
from bot.errors import SettingInvalid
from bot.settings import Settings

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query")
"""All that is asked for. Edits are not (see `updates`), nor who blocked the bot: a send tells."""

WEBHOOK_CONNECTIONS = 40
READ_TIMEOUT = 10.0
"""Seconds until a send counts as lost; Telegram is slow at times, and a lost one is sent twice."""
POOL_SIZE = 128
POOL_TIMEOUT = 30.0


class TelegramBot(Bot):
    """The library's bot, which can also fetch updates without reading them."""

    async def fetch_updates(self, offset: int | None, *, seconds: int) -> list[dict[str, Any]]:
        """Updates as plain JSON, waiting so long for one; an offset confirms all before it.

        The library's `get_updates` reads a whole batch at once: one update that it cannot read
        would come back for ever and hide all others, and be printed in the log.
        """
        result: Any = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED_UPDATES},
            read_timeout=seconds + READ_TIMEOUT,
        )
        return list(result)


def open_bot(settings: Settings) -> TelegramBot:
    """A bot for the address and token of the settings; does not connect yet."""
    silence_libraries()
    request = HTTPXRequest(
        connection_pool_size=POOL_SIZE, read_timeout=READ_TIMEOUT, pool_timeout=POOL_TIMEOUT
    )
    return TelegramBot(
        settings.require_telegram().reveal(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
    )


def silence_libraries() -> None:
    """Keep tokens and messages out of logs: httpx prints addresses, the bot library updates."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # else each `RetryAfter` brings a warning


async def identify(bot: Bot, *, sleep: Sleep = asyncio.sleep) -> None:
    """Learn who the bot is, waiting for Telegram as long as it takes.

    Raises:
        SettingInvalid: Telegram does not know the token.
    """
    try:
        await _insist(bot.initialize, sleep)
    except InvalidToken:  # its text holds the token
        raise SettingInvalid(
            "TELEGRAM_BOT_TOKEN",
            "Telegram does not know this token; copy it again from BotFather"
            " (and leave TELEGRAM_API_URL empty, unless you run a Bot API server of your own)",
        ) from None


async def set_webhook(bot: Bot, settings: Settings, *, sleep: Sleep = asyncio.sleep) -> None:
    """Have Telegram call our webhook, waiting for Telegram as long as it takes.

    Raises:
        SettingInvalid: Telegram will not call that address.
    """
    call = partial(
        bot.set_webhook,
        settings.telegram_webhook_url,
        secret_token=settings.telegram_webhook_secret.reveal(),
        allowed_updates=ALLOWED_UPDATES,
        max_connections=WEBHOOK_CONNECTIONS,
    )
    try:
        await _insist(call, sleep)
    except BadRequest:
        raise SettingInvalid(
            "TELEGRAM_WEBHOOK_URL",
            "Telegram refused this address; it must be public, begin with https:// and use port"
            " 443, 80, 88 or 8443",
        ) from None


async def remove_webhook(bot: Bot, *, sleep: Sleep = asyncio.sleep) -> None:
    """Make polling possible; what waits at Telegram is kept."""
    try:
        await _insist(partial(bot.delete_webhook, drop_pending_updates=False), sleep)
    except (BadRequest, InvalidToken) as error:  # if one is set, polling will say so
        log.warning("Telegram did not remove the webhook (%s).", type(error).__name__)


async def _insist(call: Callable[[], Awaitable[object]], sleep: Sleep) -> None:
    """Repeat a call until Telegram takes it, or refuses it for good."""
    await persist(
        call,
        through=TelegramError,
        but_not=(BadRequest, InvalidToken),
        complaint="Telegram does not answer",
        sleep=sleep,
    )
