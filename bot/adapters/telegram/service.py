"""Joins the parts of the Telegram adapter; called by the telegram process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.adapters.telegram.connection import identify, open_bot, remove_webhook, set_webhook
from bot.adapters.telegram.courier import Courier
from bot.adapters.telegram.polling import Poller
from bot.adapters.telegram.profile import publish_profile
from bot.adapters.telegram.receiving import Receiver
from bot.adapters.telegram.sending import Sender
from bot.content.library import Library
from bot.conversation.ports import Files, Intake, Outbox
from bot.settings import Settings

log = logging.getLogger(__name__)


async def serve_telegram(
    settings: Settings,
    *,
    intake: Intake,
    outbox: Outbox,
    files: Files,
    library: Library,
    identity_key: bytes,
    on_poll: Callable[[], None] = lambda: None,
) -> None:
    """Serve Telegram until cancelled.

    In webhook mode the web process takes the updates in (see `webhook`); this one sends.

    Raises:
        SettingInvalid: a Telegram setting is missing, or Telegram refuses it.
    """
    bot = open_bot(settings)
    receiver = Receiver(bot, intake, library=library, identity_key=identity_key)
    sender = Sender(outbox, Courier(bot), files, library=library, identity_key=identity_key)
    is_polling = settings.telegram_mode == "polling"
    try:
        await identify(bot)
        await (remove_webhook(bot) if is_polling else set_webhook(bot, settings))
        log.info("Telegram is connected (%s).", settings.telegram_mode)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publish_profile(bot, library))
            tasks.create_task(sender.run())
            if is_polling:
                tasks.create_task(Poller(bot, receiver, on_round=on_poll).run())
    finally:
        await receiver.close()
        await bot.shutdown()
