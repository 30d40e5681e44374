"""What web, telegram and discord have in common: content, key and Redis, opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.content.library import Library, load_library
from bot.settings import Settings
from bot.store.redis.client import Connection
from bot.store.redis.files import RedisFiles
from bot.store.redis.store import RedisIntake, RedisOutbox, wait_for_redis
from bot.store.vault import Vault, open_vault


@dataclass(frozen=True)
class Services:
    """The parts that every adapter is built from."""

    library: Library
    vault: Vault
    connection: Connection
    intake: RedisIntake
    outbox: RedisOutbox
    files: RedisFiles


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open them; wait up to a minute for Redis."""
    library = load_library(settings.content_dir)
    vault = open_vault(settings.key_file)
    connection = Connection(settings.require_redis())
    try:
        await wait_for_redis(connection, seconds=60)
        yield Services(
            library,
            vault,
            connection,
            RedisIntake(connection, vault),
            RedisOutbox(connection, vault),
            RedisFiles(connection, vault),
        )
    finally:
        await connection.close()
