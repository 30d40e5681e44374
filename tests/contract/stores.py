"""The store for contract tests, in memory and over real servers; what a turn is made of there.

Tests ask for `store` (the ports, over every twin) or for `redis_store` (over servers only, where
they look behind the ports); `conftest.py` makes the fixtures known.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography.fernet import Fernet

from bot.conversation.messages import Delivery, IncomingMessage, Platform, Reply
from bot.conversation.ports import Claim, Files, Intake, Journal, Outbox, Replies, Turn, Turns
from bot.store.memory import MemoryFiles, MemoryJournal, MemoryStore
from bot.store.redis.client import Connection
from bot.store.redis.files import RedisFiles
from bot.store.redis.keys import Keys
from bot.store.redis.store import (
    LEASE_MS,
    RedisIntake,
    RedisJournal,
    RedisOutbox,
    RedisReplies,
    RedisTurns,
    wait_for_redis,
)
from bot.store.vault import Vault
from tests.contract.redis_servers import (
    REDIS,
    AnyServer,
    contents_of,
    delete_keys,
    keys_of,
    make_server,
)

SERVERS = ("valkey", "redis-server", "valkey-cluster")
TWINS = ("memory", *SERVERS)
PATIENCE = 20.0
"""Seconds after which something that should happen counts as missing."""

Item = TypeVar("Item")


class Store:
    """The ports of one store; each call stands for one more process that uses it."""

    def __init__(self, lease_ms: int) -> None:
        self._memory = MemoryStore(lease=lease_ms / 1000)
        self._files = MemoryFiles()

    def intake(self) -> Intake:
        return self._memory

    def turns(self) -> Turns:
        return self._memory

    def outbox(self) -> Outbox:
        return self._memory

    def replies(self) -> Replies:
        return self._memory

    def journal(self) -> Journal:
        return MemoryJournal(self._memory)

    def files(self) -> Files:
        return self._files

    async def close(self) -> None:
        """Drop what it holds open."""


class RedisStore(Store):
    """The same over a server, with ways to look behind the ports."""

    def __init__(
        self,
        server: AnyServer,
        vault: Vault,
        keys: Keys,
        *,
        lease_ms: int = LEASE_MS,
        url: str | None = None,
    ) -> None:
        super().__init__(lease_ms)
        self.server = server
        self.vault = vault
        self.keys = keys
        self.connection = Connection(url or server.url)
        self._lease_ms = lease_ms

    def intake(self) -> RedisIntake:
        return RedisIntake(self.connection, self.vault, self.keys)

    def turns(self) -> RedisTurns:
        return RedisTurns(self.connection, self.vault, self.keys, lease_ms=self._lease_ms)

    def outbox(self) -> RedisOutbox:
        return RedisOutbox(self.connection, self.vault, self.keys)

    def replies(self) -> RedisReplies:
        return RedisReplies(self.connection, self.vault, self.keys)

    def journal(self) -> RedisJournal:
        return RedisJournal(self.connection, self.vault, self.keys)

    def files(self) -> RedisFiles:
        return RedisFiles(self.connection, self.vault, self.keys)

    def contents(self) -> dict[bytes, Any]:
        """Every key of this test with its value."""
        return contents_of(self.server, self.keys.prefix)

    def key_names(self) -> set[str]:
        """Every key on the server, whoever wrote it."""
        return {name.decode() for name in keys_of(self.server)}

    async def close(self) -> None:
        await self.connection.close()


OpenStore = Callable[..., Awaitable[Any]]
"""Opens a store of this test, as a process that starts: `await open_store(lease_ms=100)`."""


@pytest.fixture(scope="session")
def started_servers() -> Iterator[Callable[[str], AnyServer]]:
    """Starts a kind of server when a test first asks for it; all of them end with the session."""
    servers: dict[str, AnyServer] = {}

    def start(kind: str) -> AnyServer:
        if kind not in servers:
            servers[kind] = make_server(kind, Path(folder) / kind)
            servers[kind].start()
        return servers[kind]

    with tempfile.TemporaryDirectory(prefix="stores-") as folder:
        try:
            yield start
        finally:
            for server in servers.values():
                server.stop()


@pytest.fixture(params=TWINS)
def twin(request: pytest.FixtureRequest) -> str:
    """Which store a test runs over."""
    return str(request.param)


@pytest.fixture(params=SERVERS)
def server_kind(request: pytest.FixtureRequest) -> str:
    """Which server a test runs over."""
    return str(request.param)


@pytest.fixture
async def open_store(
    twin: str, started_servers: Callable[[str], AnyServer]
) -> AsyncIterator[OpenStore]:
    async with _opened(twin, started_servers) as opened:
        yield opened


@pytest.fixture
async def open_redis_store(
    server_kind: str, started_servers: Callable[[str], AnyServer]
) -> AsyncIterator[OpenStore]:
    async with _opened(server_kind, started_servers) as opened:
        yield opened


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    """A store of this test alone."""
    opened: Store = await open_store()
    return opened


@pytest.fixture
async def redis_store(open_redis_store: OpenStore) -> RedisStore:
    """A store of this test alone, over a server."""
    opened: RedisStore = await open_redis_store()
    return opened


@asynccontextmanager
async def _opened(
    twin: str, started_servers: Callable[[str], AnyServer]
) -> AsyncIterator[OpenStore]:
    vault, prefix = make_vault(), f"test-{secrets.token_hex(6)}"
    server = None if twin == "memory" else started_servers(server_or_skip(twin))
    async with AsyncExitStack() as stack:

        async def open_one(*, lease_ms: int = LEASE_MS) -> Store:
            if server is None:
                return Store(lease_ms)
            store = RedisStore(server, vault, Keys(prefix), lease_ms=lease_ms)
            stack.push_async_callback(store.close)
            await wait_for_redis(store.connection, seconds=PATIENCE)
            return store

        yield open_one
    if server is not None:
        delete_keys(server, prefix)


def server_or_skip(kind: str) -> str:
    """The same kind, unless this machine has none."""
    if kind == "redis-server" and not REDIS.exists():
        pytest.skip(f"there is no {REDIS}; install Debian's redis-server")
    return kind


def make_vault() -> Vault:
    return Vault(secrets.token_bytes(32), [Fernet.generate_key().decode()])


def conversation(number: int) -> str:
    """An id that lies in partition `number % 16`."""
    return f"{number:08x}" + "c0ffee" * 4


def message(
    id: str, *, of: int = 1, platform: Platform = "telegram", text: str = "bonjour"
) -> IncomingMessage:
    """A text of conversation number `of`."""
    return IncomingMessage(
        conversation=conversation(of),
        platform=platform,
        id=id,
        at=1_800_000_000.5,
        text=text,
        return_address={"chat": of},
    )


def reply(text: str = "Salut!") -> Reply:
    return Reply("greet", "fr", text)


def turn_for(claim: Claim, *replies: Reply, **changes: Any) -> Turn:
    """A turn that leaves a trace of its message everywhere a turn can."""
    message = claim.message
    about = {"conversation": message.conversation, "id": message.id}
    delivery = Delivery(
        message.conversation, message.id, message.return_address, replies or (reply(),)
    )
    return Turn(
        **{
            "state": {"latest": message.id},
            "events": [{"event": "user", "id": message.id}],
            "delivery": delivery,
            "journal": [{"kind": "turn", "at": message.at, **about}],
            **changes,
        }
    )


async def take(turns: Turns) -> Claim:
    """A claim that must be there."""
    claim = await turns.claim(wait=PATIENCE)
    assert claim is not None, "there is nothing to claim"
    return claim


async def answer(store: Store, *messages: IncomingMessage, **changes: Any) -> None:
    """Take messages in and commit a turn for each."""
    turns, intake = store.turns(), store.intake()
    for one in messages:
        assert await intake.accept(one) == "accepted"
        claim = await take(turns)
        assert claim.message.id == one.id
        assert await turns.commit(claim, turn_for(claim, **changes))


async def some(items: AsyncIterator[Item], count: int) -> list[Item]:
    """The next items of something that never ends."""

    async def collect() -> list[Item]:
        return [await items.__anext__() for _ in range(count)]

    return await asyncio.wait_for(collect(), PATIENCE)


async def until(condition: Callable[[], Any]) -> None:
    """Wait for a condition, given as a function or as a coroutine function."""
    deadline = time.monotonic() + PATIENCE
    while True:
        outcome = condition()
        if asyncio.iscoroutine(outcome):
            outcome = await outcome
        if outcome:
            return
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


async def events_of(store: Store, of: int, *, platform: Platform = "telegram") -> Sequence[str]:
    """The ids of the turns that a conversation remembers, oldest first; changes none of them."""
    probe = message(f"probe-{secrets.token_hex(4)}", of=of, platform=platform)
    assert await store.intake().accept(probe) == "accepted"
    turns = store.turns()
    claim = await take(turns)
    assert claim.message == probe
    assert await turns.commit(claim, Turn(state=claim.record.state))
    return [event["id"] for turn in claim.record.events for event in turn]
