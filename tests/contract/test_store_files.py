"""Files rest for a while under their names, and nobody who looks into the store can read them."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import SettingInvalid, StoreUnavailable
from bot.store.redis.client import Connection
from bot.store.redis.files import RedisFiles
from tests.contract.stores import RedisStore, Store, make_vault, until

PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff"
NAME = "views.png"


@pytest.mark.parametrize("content", [PICTURE, b"", b"x" * 1_000_000], ids=["bytes", "none", "1 MB"])
async def test_file_is_read_as_it_was_put(store: Store, content: bytes) -> None:
    await store.files().put(NAME, content, seconds=60)
    assert await store.files().read(NAME) == content


async def test_file_that_was_never_put_is_not_there(store: Store) -> None:
    await store.files().put(NAME, PICTURE, seconds=60)
    assert await store.files().read("other.png") is None


async def test_later_file_takes_the_place_of_the_earlier(store: Store) -> None:
    await store.files().put(NAME, b"before", seconds=60)
    await store.files().put(NAME, b"after", seconds=60)
    assert await store.files().read(NAME) == b"after"


async def test_dropped_file_is_gone_and_others_are_not(store: Store) -> None:
    for name in (NAME, "other.png"):
        await store.files().put(name, PICTURE, seconds=60)
    await store.files().drop(NAME)
    await store.files().drop("never put")
    assert await store.files().read(NAME) is None
    assert await store.files().read("other.png") == PICTURE


async def test_file_is_gone_when_its_time_is_over(store: Store) -> None:
    await store.files().put(NAME, b"before", seconds=60)
    await store.files().put(NAME, b"short", seconds=1)
    await store.files().put("other.png", b"long", seconds=60)
    assert await store.files().read(NAME) == b"short"

    async def is_gone() -> bool:
        await asyncio.sleep(0.1)
        return await store.files().read(NAME) is None

    await until(is_gone)
    assert await store.files().read("other.png") == b"long"


async def test_file_rests_encrypted_under_its_key(redis_store: RedisStore) -> None:
    await redis_store.files().put("token", b'{"views": ["Plus de bus"]}', seconds=60)
    ((key, value),) = redis_store.contents().items()
    assert key.decode() == redis_store.keys.file("token")
    assert b"Plus de bus" not in value
    stranger = RedisFiles(redis_store.connection, make_vault(), redis_store.keys)
    with pytest.raises(SettingInvalid):
        await stranger.read("token")


async def test_redis_that_is_gone_is_named() -> None:
    connection = Connection("unix:///nowhere/redis.sock")
    files = RedisFiles(connection, make_vault())
    for call in (files.put("a", b"", seconds=1), files.read("a"), files.drop("a")):
        with pytest.raises(StoreUnavailable):
            await call
    await connection.close()
