"""Keeps the index of what people wrote in step with the record, beside the pages."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator

from sqlalchemy.exc import SQLAlchemyError

from bot.console.conversations.room import ConversationsRoom
from bot.console.parts import Parts
from bot.errors import BotError

EVERY = 2.0
"""Seconds between two looks at the record."""
BREATH = 0.02
"""Seconds between two batches while the index fills, so that pages get their turn."""
ORPHANS_EVERY = 30
"""Looks between two at what was put on a conversation just while it was erased."""

logger = logging.getLogger(__name__)


async def keep_index(parts: Parts) -> AsyncIterator[None]:
    """Read the record in a thread for as long as the console runs."""
    stop = threading.Event()
    arguments = (parts.conversations, stop)
    thread = threading.Thread(target=_keep, args=arguments, daemon=True, name="search index")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join)


def _keep(room: ConversationsRoom, stop: threading.Event) -> None:
    is_answered = True
    looks = 0
    while not stop.is_set():
        pause = EVERY
        try:
            pause = BREATH if room.index.step() else EVERY
            if pause == EVERY and looks % ORPHANS_EVERY == 0:
                room.labels.drop_orphans()
            looks += pause == EVERY
            is_answered = True
        except (SQLAlchemyError, BotError) as error:
            if is_answered:
                logger.error("The record does not answer: %s", type(error).__name__)
            is_answered = False
        stop.wait(pause)
