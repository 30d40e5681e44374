"""Talks to the preview: a worker that speaks the draft, apart from the live bot."""

from __future__ import annotations

import asyncio
import secrets
import time

from bot.conversation.identity import conversation_id
from bot.conversation.messages import IncomingMessage, Language, Reply
from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import PREVIEW, Keys, partition_of
from bot.store.redis.store import RedisHealth, RedisIntake, RedisReplies
from bot.store.vault import Vault

WITHIN = 20.0
LOOK_EVERY = 0.05


class Preview:
    """The chat of staff with the draft; nothing of it is recorded."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._keys = Keys(PREVIEW)
        self._vault = vault
        self._intake = RedisIntake(connection, vault, self._keys)
        self._replies = RedisReplies(connection, vault, self._keys)
        self._health = RedisHealth(connection, self._keys)

    async def is_ready(self) -> bool:
        """Whether a worker speaks the draft now. Raises StoreUnavailable."""
        return await self._health.engines_alive() > 0

    def conversation_of(self, email: str, chat: str) -> str:
        """The conversation of somebody's chat; another `chat` begins anew."""
        return conversation_id(self._vault.identity_key, "preview", email, chat)

    async def say(
        self,
        conversation: str,
        *,
        text: str | None = None,
        button: str | None = None,
        language: Language | None = None,
        within: float = WITHIN,
    ) -> tuple[Reply, ...] | None:
        """Say or press something and wait for the answers; None when none came in time.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        message = IncomingMessage(
            conversation=conversation,
            platform="web",
            id=secrets.token_hex(16),
            at=time.time(),
            text=text,
            button=button,
            language_hint=language,
        )
        if await self._intake.accept(message) == "full":
            return None
        return await self._answer(message, within)

    async def _answer(self, message: IncomingMessage, within: float) -> tuple[Reply, ...] | None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            delivery = await self._replies.last(message.conversation)
            if delivery is not None and delivery.message_id == message.id:
                await self._drop_outbox(message.conversation)
                return delivery.replies
            await asyncio.sleep(LOOK_EVERY)
        return None

    async def _drop_outbox(self, conversation: str) -> None:
        """Nobody reads the preview's outbox: its deliveries are found as each chat's last one."""
        outbox = self._keys.outbox(partition_of(conversation), "web")
        with store_errors():
            await self._connection.client.xtrim(outbox, maxlen=0, approximate=False)
