"""Tells people that a person of the team has their conversation, what they write, and when it ends.

Each thing goes through the intake under an id of its own, in order within a conversation, so that
it is told once, whatever process dies. An inbox that is full is tried again at the next look.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import Intake
from bot.store.sql.handover_rows import HandOver, StaffMessage
from bot.store.sql.handover_telling import HandOverTelling

GRACE = 60.0
"""Seconds that the bot stays silent beyond the moderator's time: ours to tell that it is up."""
OFTEN = 3
"""So many times in a moderator's time the bot hears that they are still there."""


class HandingOver:
    """Looks at the hand-overs and carries out what follows from them."""

    def __init__(
        self,
        handovers: HandOverTelling,
        intake: Intake,
        *,
        seconds: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Over an open record.

        Args:
            handovers: What staff did.
            intake: Where notices are left.
            seconds: After so long without a sign of the moderator a hand-over ends.
            now: The clock that hand-overs are made with.
        """
        self._handovers = handovers
        self._intake = intake
        self._seconds = seconds
        self._now = now
        self._told_until: dict[int, float] = {}
        """Until when the bot is silent, by number, of those that are open."""

    async def look(self) -> None:
        """End what has gone silent; tell what is untold."""
        await asyncio.to_thread(self._handovers.end_silent, self._now() - self._seconds)
        untold = await asyncio.to_thread(self._handovers.untold)
        names = await asyncio.to_thread(self._handovers.first_names) if untold else {}
        is_full: set[str] = set()
        for handover, messages in untold:
            if handover.conversation in is_full:
                continue
            if not await self._tell_all(handover, messages, names):
                is_full.add(handover.conversation)
        await self._tell_of_life()

    async def _tell_all(
        self, handover: HandOver, messages: list[StaffMessage], names: Mapping[str, str]
    ) -> bool:
        """Tell all of a hand-over that is untold; False where the inbox is full."""
        number = handover.number
        is_past = not handover.is_open and not messages
        if handover.told == "nothing" and not is_past:  # who came and went unseen is not announced
            name = names.get(handover.taken_by)
            if not await self._tell(handover, f"handover:{number}:taken", "taken", name=name):
                return False
            await asyncio.to_thread(self._handovers.mark_taken_told, number)
        for message in messages:
            about = {"name": names.get(message.by), "text": message.text}
            if not await self._tell(handover, f"staff:{message.number}", "message", **about):
                return False
            await asyncio.to_thread(self._handovers.mark_message_told, message.number)
        if not handover.is_open and handover.told != "ended":
            what = "timeout" if handover.ended_why == "timeout" else "ended"
            is_news = handover.told != "nothing" or messages
            if is_news and not await self._tell(handover, f"handover:{number}:ended", what):
                return False
            await asyncio.to_thread(self._handovers.mark_ended_told, number)
        return True

    async def _tell_of_life(self) -> None:
        """Let the bot know of moderators who are there and write nothing."""
        every = self._seconds / OFTEN
        is_open = await asyncio.to_thread(self._handovers.open)
        self._told_until = {each.number: self._told_until.get(each.number, 0.0) for each in is_open}
        for each in is_open:
            until = self._until(each)
            if each.told == "taken" and until - self._told_until[each.number] >= every:
                await self._tell(each, f"handover:{each.number}:kept:{until:.0f}", "kept")

    def _until(self, handover: HandOver) -> float:
        return handover.seen_at + self._seconds + GRACE

    async def _tell(self, handover: HandOver, id: str, what: str, **more: Any) -> bool:
        """Leave a notice in the person's inbox; False where it is full."""
        until = self._until(handover)
        notice = {"kind": "handover", "what": what, "number": handover.number, "until": until}
        message = IncomingMessage(
            conversation=handover.conversation,
            platform=handover.platform,
            id=id,
            at=self._now(),
            notice=notice | more,
        )
        if await self._intake.accept(message) == "full":
            return False
        self._told_until[handover.number] = until
        return True
