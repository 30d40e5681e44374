"""The fingerprint of Discord's commands rests in Redis."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import StoreUnavailable
from bot.store.redis.client import Connection
from bot.store.redis.discord_commands import RedisDiscordCommands
from bot.store.redis.keys import Keys
from bot.store.redis.store import wait_for_redis


@asynccontextmanager
async def redis_server() -> AsyncIterator[str]:
    """A Redis of our own, behind a socket file."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    assert program is not None, "install redis-server"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "redis.sock"
        process = await asyncio.create_subprocess_exec(
            program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield f"unix://{path}"
        finally:
            process.terminate()
            await process.wait()


async def test_fingerprint_is_kept_for_the_next_process() -> None:
    async with redis_server() as url:
        for before, after in ((None, "abc"), ("abc", "def"), ("def", "def")):
            connection = Connection(url)
            await wait_for_redis(connection, seconds=10)
            registered = RedisDiscordCommands(connection, Keys("test-discord"))
            assert await registered.get() == before
            await registered.set(after)
            await connection.close()


async def test_redis_that_is_gone_is_named() -> None:
    connection = Connection("unix:///nowhere/redis.sock")
    with pytest.raises(StoreUnavailable):
        await RedisDiscordCommands(connection).get()
    await connection.close()
