"""Encrypts anew what people gave, and what is published, while it rests in Redis.

All else there is written anew within its thirty days; this may lie untouched for two years.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.errors import SettingInvalid
from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import Keys, given_pattern
from bot.store.vault import Vault

MOST_TRIES = 5
"""A value that its person changes just now is written with the newest key anyway."""


async def rekey(
    connection: Connection, vault: Vault, newest: Vault, keys: Keys = Keys()
) -> tuple[int, int]:
    """Go through them; returns how many there are, and how many an older key had encrypted."""
    seen = renewed = 0
    async for name in _names(connection, keys):
        seen += 1
        renewed += await _renew(connection, name, vault, newest)
    return seen, renewed


async def _names(connection: Connection, keys: Keys) -> AsyncIterator[str]:
    yield keys.board()
    with store_errors():
        async for name in connection.client.scan_iter(match=given_pattern(keys), count=500):
            yield name.decode()


async def _renew(connection: Connection, name: str, vault: Vault, newest: Vault) -> bool:
    for _ in range(MOST_TRIES):
        with store_errors():
            blob = await connection.client.get(name)
        if blob is None or _is_newest(blob, newest):
            return False
        value = newest.lock(vault.unlock(blob))
        if await connection.run_script("swap", [name], [blob, value]):
            return True
    return False


def _is_newest(blob: bytes, newest: Vault) -> bool:
    try:
        newest.unlock(blob)
    except SettingInvalid:
        return False
    return True
