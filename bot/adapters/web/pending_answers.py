"""Joins the callers that wait for an answer with the one task that hears all answers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.conversation.messages import Delivery
from bot.conversation.ports import Replies
from bot.errors import BotError

log = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Answer:
    """A delivery that has reached its caller."""

    delivery: Delivery
    position: str | None
    """Where it lies, for `Replies.discard`; None when it was asked for a second time."""


class PendingAnswers:
    """Callers by conversation and message id."""

    def __init__(self, replies: Replies, *, first_pause: float = 0.25) -> None:
        self._replies = replies
        self._first_pause = first_pause
        self._callers: defaultdict[tuple[str, str], set[asyncio.Future[Answer]]] = defaultdict(set)

    @contextmanager
    def expect(self, conversation: str, message_id: str) -> Iterator[asyncio.Future[Answer]]:
        """Be a caller from now on; enter before the message is accepted, so as to miss nothing."""
        place = (conversation, message_id)
        caller: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._callers[place].add(caller)
        try:
            yield caller
        finally:
            self._callers[place].discard(caller)
            if not self._callers[place]:
                del self._callers[place]

    async def answer(
        self, caller: asyncio.Future[Answer], conversation: str, message_id: str, *, within: float
    ) -> Answer | None:
        """The answer, or None after so many seconds.

        An answer that was given before, or that the listener missed while Redis restarted, is
        found among the latest deliveries.
        """
        deadline = time.monotonic() + within
        pause = self._first_pause
        while not caller.done():
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            await asyncio.wait([caller], timeout=min(pause, left))
            if not caller.done() and (found := await self._find(conversation, message_id)):
                return found
            pause = min(pause * 2, LONGEST_PAUSE)
        return caller.result()

    async def discard(self, answer: Answer) -> None:
        """Drop an answer that has reached its caller; the store drops what is left, later."""
        if answer.position is None:
            return
        try:
            await self._replies.discard(answer.position, answer.delivery.conversation)
        except BotError as error:
            log.warning("An answer was not discarded: %s", type(error).__name__)

    async def listen(self) -> None:
        """Hand out answers as they come; never ends, whatever happens to Redis."""
        pause = self._first_pause
        while True:
            began = time.monotonic()
            try:
                async for position, delivery in self._replies.listen():
                    self._hand_out(Answer(delivery, position))
                log.warning("Listening for answers ended; starting again.")
            except Exception as error:
                log.warning("Listening for answers failed: %s", type(error).__name__)
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = self._first_pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _find(self, conversation: str, message_id: str) -> Answer | None:
        try:
            delivery = await self._replies.last(conversation)
        except BotError as error:
            log.warning("An answer could not be looked up: %s", type(error).__name__)
            return None
        if delivery is None or delivery.message_id != message_id:
            return None
        return Answer(delivery, None)

    def _hand_out(self, answer: Answer) -> None:
        place = (answer.delivery.conversation, answer.delivery.message_id)
        for caller in self._callers.get(place, ()):
            if not caller.done():
                caller.set_result(answer)
