"""Fetches updates from Telegram, for a bot without a public address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.adapters.telegram.backoff import Sleep, pauses, persist
from bot.adapters.telegram.connection import TelegramBot
from bot.adapters.telegram.receiving import Receiver
from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""How long Telegram may hold a poll open until there is something."""
EMPTY_PAUSE = 0.1
"""Kept after an empty answer, against a server that never holds a poll open."""


class Poller:
    """Fetches updates in order; each is stored before it is confirmed."""

    def __init__(
        self,
        bot: TelegramBot,
        receiver: Receiver,
        *,
        on_round: Callable[[], None] = lambda: None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._receiver = receiver
        self._on_round = on_round
        self._sleep = sleep

    async def run(self) -> None:
        """Fetch for ever, through any failure."""
        offset: int | None = None
        waits = pauses()
        while True:
            try:
                offset = await self._round(offset)
                self._on_round()
                waits = pauses()
            except Exception as error:
                pause = next(waits)
                log.warning("Polling failed (%s); next try in %g s.", _kind(error), pause)
                await self._sleep(pause)

    async def _round(self, offset: int | None) -> int | None:
        """Confirm what came before, fetch and store what comes; the offset that confirms it.

        An offset is sent once only: after a week of silence ids start anywhere, also below it.
        """
        updates = await self._bot.fetch_updates(offset, seconds=POLL_SECONDS)
        for update in updates:
            await self._receive(update)
        if not updates:
            await self._sleep(EMPTY_PAUSE)
            return None
        return max(int(update["update_id"]) for update in updates) + 1

    async def _receive(self, update: Mapping[str, Any]) -> None:
        """Store one update, however long that takes; later ones wait, so that order is kept."""
        await persist(
            partial(self._receiver.receive, update),
            through=(StoreUnavailable, TelegramError),
            complaint="An update waits",
            sleep=self._sleep,
        )


def _kind(error: Exception) -> str:
    """What happened, without the error's text: that may hold the token."""
    if isinstance(error, Conflict):
        return "Conflict: another process polls with this token, or a webhook is set"
    return type(error).__name__
