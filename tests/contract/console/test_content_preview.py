"""The chat of staff with a draft, over a real server; a scripted worker stands for the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.console.content.preview import Preview
from bot.conversation.messages import Reply
from bot.store.redis.client import Connection
from bot.store.redis.keys import PARTITIONS, PREVIEW, Keys
from bot.store.redis.store import RedisHealth, RedisTurns
from bot.store.vault import Vault
from tests.contract.redis_servers import AnyServer, delete_keys
from tests.contract.stores import make_vault, turn_for

ANNA = "anna@example.org"


@pytest.fixture
async def connection(started_servers: Callable[[str], AnyServer]) -> AsyncIterator[Connection]:
    server = started_servers("valkey")
    connection = Connection(server.url)
    yield connection
    await connection.close()
    delete_keys(server, PREVIEW)


@pytest.fixture
def vault() -> Vault:
    return make_vault()


@asynccontextmanager
async def worker(connection: Connection, vault: Vault) -> AsyncIterator[None]:
    """Says back what it hears, as the preview's worker does."""
    turns = RedisTurns(connection, vault, Keys(PREVIEW))
    health = RedisHealth(connection, Keys(PREVIEW))

    async def work() -> None:
        await health.show_life("worker@draft")
        while True:
            claim = await turns.claim(wait=1.0)
            if claim is not None:
                heard = claim.message.text or f"[{claim.message.button}]"
                language = claim.message.language_hint or "fr"
                await turns.commit(claim, turn_for(claim, Reply("echo", language, heard)))

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_said_and_pressed_is_answered(connection: Connection, vault: Vault) -> None:
    preview = Preview(connection, vault)
    assert not await preview.is_ready()
    async with worker(connection, vault):
        chat = preview.conversation_of(ANNA, "one")
        assert await preview.say(chat, text="bonjour", language="fr") == (
            Reply("echo", "fr", "bonjour"),
        )
        assert await preview.say(chat, button="a:parks", language="en") == (
            Reply("echo", "en", "[a:parks]"),
        )
        assert await preview.is_ready()


async def test_several_who_chat_get_their_own_answers(connection: Connection, vault: Vault) -> None:
    preview = Preview(connection, vault)
    people = [preview.conversation_of(f"{n}@example.org", "one") for n in range(8)]
    assert len(set(people)) == 8
    assert preview.conversation_of(ANNA, "one") != preview.conversation_of(ANNA, "two")
    async with worker(connection, vault):
        said = await asyncio.gather(
            *(preview.say(chat, text=f"message {n}") for n, chat in enumerate(people))
        )
    texts = [[reply.text for reply in replies or ()] for replies in said]
    assert texts == [[f"message {n}"] for n in range(8)]


async def test_nothing_piles_up_and_the_live_bot_hears_nothing(
    connection: Connection, vault: Vault
) -> None:
    preview = Preview(connection, vault)
    async with worker(connection, vault):
        for number in range(5):
            await preview.say(preview.conversation_of(ANNA, str(number)), text="bonjour")
    outboxes = [Keys(PREVIEW).outbox(place, "web") for place in range(PARTITIONS)]
    assert [await connection.client.xlen(name) for name in outboxes] == [0] * PARTITIONS
    assert [name async for name in connection.client.scan_iter("plv:*")] == []


async def test_preview_that_does_not_answer_is_given_up(
    connection: Connection, vault: Vault
) -> None:
    preview = Preview(connection, vault)
    assert await preview.say(preview.conversation_of(ANNA, "one"), text="?", within=0.2) is None
