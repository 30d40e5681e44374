"""How fast this process may send: a little at once to a chat, then a message a second.

Telegram allows 30 messages a second overall, one a second in a chat and 20 a minute in a group.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.adapters.telegram.backoff import Sleep

OVERALL_SECONDS = 1 / 25
CHAT_SECONDS = 1.0
GROUP_SECONDS = 3.0
BURST = 3
"""Messages that may go to a silent chat at once."""
MOST_CHATS = 10_000
"""Chats remembered before those that are silent again are dropped."""


class Pace:
    """Lets each message wait for its turn; callers of one chat come one after the other."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._used_until: dict[int, float] = {}
        self._next_overall = 0.0
        self._held_until = 0.0

    @property
    def is_held(self) -> bool:
        """Whether nothing may be sent just now."""
        return self._clock() < self._held_until

    def hold(self, seconds: float) -> None:
        """Let nobody send for so long."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    async def wait(self, chat: int) -> None:
        """Return when a message may go to this chat."""
        await self._until(self._moment_in(chat))
        while True:
            await self._until(self._held_until)
            await self._until(self._moment_overall())
            if not self.is_held:
                return

    def _moment_in(self, chat: int) -> float:
        now = self._clock()
        if len(self._used_until) >= MOST_CHATS:
            self._used_until = {
                other: until for other, until in self._used_until.items() if until > now
            }
        seconds = GROUP_SECONDS if chat < 0 else CHAT_SECONDS  # ids of groups are negative
        used_until = max(now, self._used_until.get(chat, now))
        self._used_until[chat] = used_until + seconds
        return used_until - (BURST - 1) * seconds

    def _moment_overall(self) -> float:
        moment = max(self._clock(), self._next_overall)
        self._next_overall = moment + OVERALL_SECONDS
        return moment

    async def _until(self, moment: float) -> None:
        while (seconds := moment - self._clock()) > 0:
            await self._sleep(seconds)
