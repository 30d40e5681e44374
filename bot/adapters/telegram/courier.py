"""Brings one message to Telegram, whatever Telegram or the network says in between.

The outcome of a send may be unknown: the connection broke after the message was on its way. It is
then sent once more. A person may see an answer twice in this one case; silence would be worse.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.adapters.telegram.address import Address
from bot.adapters.telegram.backoff import Sleep, pauses
from bot.adapters.telegram.pace import Pace
from bot.adapters.telegram.presenting import Part

log = logging.getLogger(__name__)

MOST_CALLS = 64
"""Sends on their way at once; fewer than the connection pool holds."""


class Outcome(Enum):
    """What became of a message."""

    SENT = auto()
    REFUSED = auto()
    """Telegram will not take this message; the next one may do."""
    CLOSED = auto()
    """The chat is closed to us: the person blocked the bot, or the group removed it."""
    UNKNOWN = auto()
    """It was tried as often as makes sense."""


class Trouble(Enum):
    """Why a send failed that may yet succeed."""

    NOTHING_SENT = auto()
    """Telegram was not reached, or does not know us just now."""
    SERVER_ERROR = auto()
    """Telegram was reached and could not."""
    BROKEN_OFF = auto()
    """The message went out and no answer came back."""


NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
MOST_RETRIES = {Trouble.NOTHING_SENT: math.inf, Trouble.SERVER_ERROR: 20, Trouble.BROKEN_OFF: 1}


class Courier:
    """Sends messages, at the pace Telegram allows; callers keep the order within a chat."""

    def __init__(self, bot: Bot, *, pace: Pace | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self._bot = bot
        self._pace = pace or Pace()
        self._sleep = sleep
        self._calls = asyncio.Semaphore(MOST_CALLS)
        self._outage = pauses()

    async def send(self, part: Part, address: Address) -> Outcome:
        """Send one message and tell what became of it."""
        retries: Counter[Trouble] = Counter()
        waits = pauses()
        while True:
            await self._pace.wait(address.chat)
            try:
                await self._call(part, address)
                return Outcome.SENT
            except RetryAfter as error:
                self._pace.hold(_seconds(error))
                log.warning("Telegram asks everybody to wait for %g s.", _seconds(error))
            except ChatMigrated as error:
                address = replace(address, chat=error.new_chat_id, thread=None, reply_to=None)
            except Forbidden:
                return Outcome.CLOSED
            except BadRequest:
                return Outcome.REFUSED
            except TelegramError as error:
                trouble = trouble_of(error)
                retries[trouble] += 1
                if retries[trouble] > MOST_RETRIES[trouble]:
                    return Outcome.UNKNOWN
                if trouble is Trouble.NOTHING_SENT:
                    self._hold_everybody(error)
                else:
                    await self._sleep(next(waits))

    async def _call(self, part: Part, address: Address) -> None:
        async with self._calls:
            await part.send(self._bot, address)
        self._outage = pauses()

    def _hold_everybody(self, error: TelegramError) -> None:
        if not self._pace.is_held:  # else another send found out first
            pause = next(self._outage)
            self._pace.hold(pause)
            name = type(error).__name__
            log.warning("Telegram cannot be reached (%s); next try in %g s.", name, pause)


def trouble_of(error: TelegramError) -> Trouble:
    """What an error that is not a refusal says about the message."""
    if isinstance(error, InvalidToken):
        return Trouble.NOTHING_SENT
    cause = error.__cause__
    if isinstance(cause, NOTHING_SENT):
        return Trouble.NOTHING_SENT
    if isinstance(error, NetworkError) and cause is None:
        return Trouble.SERVER_ERROR
    return Trouble.BROKEN_OFF


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
