"""Remembers which slash commands Discord has (see `adapters.discord.commands`)."""

from __future__ import annotations

from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import Keys


class RedisDiscordCommands:
    """One fingerprint, for all processes and restarts."""

    def __init__(self, connection: Connection, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._key = keys.discord_commands()

    async def get(self) -> str | None:
        """The fingerprint of the commands last registered."""
        with store_errors():
            value: bytes | None = await self._connection.client.get(self._key)
        return None if value is None else value.decode()

    async def set(self, value: str) -> None:
        """Remember a fingerprint."""
        with store_errors():
            await self._connection.client.set(self._key, value)
