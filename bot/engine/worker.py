"""Takes turns from Redis, runs them, commits them; any number of workers may run at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.conversation.ports import Claim, Turns
from bot.conversation.turn import Parts, run_turn
from bot.errors import StoreUnavailable

logger = logging.getLogger(__name__)

RENEW_EVERY = 1.5
LIFE_EVERY = 2.0
PAUSE_WITHOUT_REDIS = 0.5


class Worker:
    """Runs one turn at a time until it is told to stop; then it finishes the turn under way."""

    def __init__(
        self,
        turns: Turns,
        parts: Parts,
        show_life: Callable[[], Awaitable[None]],
        refresh: Callable[[Parts], Parts] = lambda parts: parts,
    ) -> None:
        """Take the ports, and what to do with the parts before each turn."""
        self._turns = turns
        self._parts = parts
        self._show_life = show_life
        self._refresh = refresh
        self._is_stopping = False

    def stop(self) -> None:
        """Take no further turn."""
        self._is_stopping = True

    async def run(self) -> None:
        """Work until stopped; Redis gone means waiting, never guessing."""
        life = asyncio.create_task(self._keep_showing_life())
        is_lost = False
        try:
            while not self._is_stopping:
                try:
                    claim = await self._turns.claim(wait=1.0)
                    if is_lost:
                        logger.warning("Redis is back.")
                        is_lost = False
                    if claim is not None:
                        await self._work(claim)
                except StoreUnavailable as error:
                    if not is_lost:
                        logger.error("%s Waiting for it.", error)
                        is_lost = True
                    await asyncio.sleep(PAUSE_WITHOUT_REDIS)
        finally:
            life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await life

    async def _work(self, claim: Claim) -> None:
        """Run and commit one turn; a claim that lapsed meanwhile is somebody else's by now."""
        renewal = asyncio.create_task(self._keep_claim(claim))
        try:
            self._parts = self._refresh(self._parts)
            turn = await run_turn(claim, self._parts)
        finally:
            renewal.cancel()
        if not await self._turns.commit(claim, turn):
            logger.warning("A claim lapsed before its turn was done; another worker has it.")

    async def _keep_claim(self, claim: Claim) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            with contextlib.suppress(StoreUnavailable):
                await self._turns.renew(claim)

    async def _keep_showing_life(self) -> None:
        while True:
            try:
                await self._show_life()
            except Exception as error:
                logger.warning("Showing life failed: %s", type(error).__name__)
            await asyncio.sleep(LIFE_EVERY)
