"""Files in Redis, for minutes: pictures, and what is held about a person (see `ports.Files`)."""

from __future__ import annotations

from base64 import b64decode, b64encode

from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import Keys
from bot.store.vault import Vault


class RedisFiles:
    """Keeps each file encrypted, under its name, until its time is over."""

    def __init__(self, connection: Connection, vault: Vault, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = keys

    async def put(self, name: str, content: bytes, *, seconds: int) -> None:
        """See `ports.Files.put`."""
        blob = self._vault.lock(b64encode(content).decode())
        with store_errors():
            await self._connection.client.set(self._keys.file(name), blob, ex=seconds)

    async def read(self, name: str) -> bytes | None:
        """See `ports.Files.read`."""
        with store_errors():
            blob = await self._connection.client.get(self._keys.file(name))
        return b64decode(self._vault.unlock(blob)) if blob else None

    async def drop(self, name: str) -> None:
        """See `ports.Files.drop`."""
        with store_errors():
            await self._connection.client.delete(self._keys.file(name))
