"""Redis is killed, frozen, full or cut off: nothing is lost or done twice, and nobody hangs."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from bot.conversation.ports import Claim, JournalEntry, OutboxItem
from bot.errors import StoreUnavailable
from bot.store.redis import client as client_module
from bot.store.redis import store as store_module
from bot.store.redis.keys import Keys
from bot.store.redis.store import LEASE_MS, RedisHealth, wait_for_redis
from tests.contract.redis_servers import DURABLE, AnyServer, Server, find_valkey, make_server
from tests.contract.stores import (
    PATIENCE,
    RedisStore,
    answer,
    conversation,
    events_of,
    make_vault,
    message,
    server_or_skip,
    some,
    take,
    turn_for,
    until,
)

QUICKLY = 15.0
"""Seconds after which a call that should have failed hangs; generous, for it is no measure."""
VAULT = make_vault()


@pytest.fixture
def server(server_kind: str, tmp_path: Path) -> Iterator[AnyServer]:
    """A server of this test alone, which may do to it what it likes."""
    server = make_server(server_or_skip(server_kind), tmp_path, *DURABLE)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Server]:
    """The same, but always a single Valkey."""
    server = Server(find_valkey(), tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def opened(
    server: AnyServer, *, url: str | None = None, lease_ms: int = LEASE_MS
) -> AsyncIterator[RedisStore]:
    """A store as a process opens it when it starts."""
    store = RedisStore(server, VAULT, Keys("test"), lease_ms=lease_ms, url=url)
    try:
        await wait_for_redis(store.connection, seconds=PATIENCE)
        yield store
    finally:
        await store.close()


async def test_accepted_messages_survive_a_kill(server: AnyServer) -> None:
    ids = [f"{number}" for number in range(40)]
    async with opened(server) as store:
        for id in ids:
            await store.intake().accept(message(id, of=int(id)))
        server.kill()
    server.start()
    async with opened(server) as store:
        assert await store.intake().accept(message("7", of=7)) == "duplicate"
        turns = store.turns()
        claims = [await take(turns) for _ in ids]
        assert sorted(claim.message.id for claim in claims) == sorted(ids)


async def test_committed_turn_survives_a_kill(server: AnyServer) -> None:
    async with opened(server) as store:
        await answer(store, message("1"), message("2"))
        server.kill()
    server.start()
    async with opened(server) as store:
        assert await store.turns().claim(wait=0) is None
        items = await some(store.outbox().read("telegram", "s"), 2)
        assert [item.delivery.message_id for item in items] == ["1", "2"]
        entries = await store.journal().read("r", most=10, wait=0)
        assert [entry.event["id"] for entry in entries] == ["1", "2"]
        assert await events_of(store, 1) == ["1", "2"]


@dataclass
class Hands:
    """What somebody holds when Redis goes away."""

    store: RedisStore
    claim: Claim
    item: OutboxItem
    entries: Sequence[JournalEntry]

    def calls(self) -> dict[str, Callable[[], Awaitable[Any]]]:
        """Everything that anybody can ask of the store."""
        store, conversation = self.store, self.claim.message.conversation
        intake, turns, outbox = store.intake(), store.turns(), store.outbox()
        replies, journal = store.replies(), store.journal()
        health = RedisHealth(store.connection, store.keys)
        return {
            "accept": lambda: intake.accept(message("late")),
            "claim": lambda: turns.claim(wait=0),
            "claim after a wait": lambda: turns.claim(wait=0.2),
            "renew": lambda: turns.renew(self.claim),
            "release": lambda: turns.release(self.claim),
            "commit": lambda: turns.commit(self.claim, turn_for(self.claim)),
            "read the outbox": lambda: outbox.read("telegram", "s").__anext__(),
            "note_sent": lambda: outbox.note_sent(self.item, 1),
            "finish a delivery": lambda: outbox.done(self.item),
            "listen": lambda: replies.listen().__anext__(),
            "discard": lambda: replies.discard("1-1", conversation),
            "last": lambda: replies.last(conversation),
            "read the journal": lambda: journal.read("r", most=10, wait=0.2),
            "finish entries": lambda: journal.done(self.entries),
            "show_life": lambda: health.show_life("worker"),
            "leave": lambda: health.leave("worker"),
            "engines_alive": health.engines_alive,
            "waiting": health.waiting,
            "counts": health.counts,
            "ping": store.connection.ping,
        }


async def _hands(store: RedisStore) -> Hands:
    await answer(store, message("1"))
    await store.intake().accept(message("2"))
    (item,) = await some(store.outbox().read("telegram", "s"), 1)
    entries = await store.journal().read("r", most=10, wait=0)
    return Hands(store, await take(store.turns()), item, entries)


async def _assert_all_unavailable(hands: Hands) -> None:
    calls = hands.calls()
    outcomes = await asyncio.gather(
        *(asyncio.wait_for(call(), QUICKLY) for call in calls.values()), return_exceptions=True
    )
    wrong = {
        name: outcome
        for name, outcome in zip(calls, outcomes)
        if not isinstance(outcome, StoreUnavailable)
    }
    assert wrong == {}


async def test_everything_is_unavailable_while_redis_is_gone_and_works_when_it_is_back(
    server: AnyServer,
) -> None:
    async with opened(server, lease_ms=600_000) as store:
        hands = await _hands(store)
        server.kill()
        await _assert_all_unavailable(hands)
        await _assert_all_unavailable(hands)
        server.start()
        await until(lambda: _is_back(store))
        assert await store.turns().commit(hands.claim, turn_for(hands.claim))
        await store.intake().accept(message("3"))
        claim = await take(store.turns())
        assert claim.message.id == "3"
        assert [event["id"] for turn in claim.record.events for event in turn] == ["1", "2"]
        journal = store.journal()
        for id in "12":
            entries = await journal.read("r", most=10, wait=PATIENCE)
            assert [entry.event["id"] for entry in entries] == [id]
            await journal.done(entries)
        items = await some(store.outbox().read("telegram", "s"), 2)
        assert [item.delivery.message_id for item in items] == ["1", "2"]
        assert [item.is_redelivered for item in items] == [True, False]


async def _is_back(store: RedisStore) -> bool:
    try:
        await RedisHealth(store.connection, store.keys).waiting()
    except StoreUnavailable:
        return False
    return True


async def test_everything_is_unavailable_while_redis_says_nothing(
    server: AnyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(store_module, "BLOCK_MS", 100)
    async with opened(server, lease_ms=500) as store:
        hands = await _hands(store)
        server.freeze()
        await _assert_all_unavailable(hands)
        server.thaw()  # it may now do some of what it was asked
        await until(lambda: _is_back(store))
        assert await store.intake().accept(message("late")) in ("accepted", "duplicate")
        worker = asyncio.create_task(_serve(store, []))
        await until(lambda: _is_idle(store))
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        assert await events_of(store, 1) == ["1", "2", "late"]


def test_no_call_waits_longer_for_entries_than_for_an_answer() -> None:
    assert store_module.BLOCK_MS / 1000 * 2 <= client_module.ANSWER_WITHIN <= 10


async def test_nothing_is_lost_or_doubled_while_redis_is_killed_again_and_again(
    server: AnyServer,
) -> None:
    people, each = range(6), 40
    async with opened(server, lease_ms=300) as store:
        done: list[str] = []
        workers = [asyncio.create_task(_serve(store, done)) for _ in range(4)]
        adapters = [asyncio.create_task(_give(store, of, each)) for of in people]
        tasks = [*workers, *adapters]
        try:
            for number in (1, 2, 3):
                enough = number * 50
                await until(lambda: len(done) > enough or _failed(tasks))  # noqa: B023 - at once
                server.kill()
                await asyncio.sleep(0.1)
                await asyncio.to_thread(server.start)
            await asyncio.wait_for(asyncio.gather(*adapters), 60)
            await until(lambda: _is_idle(store))
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        failures = [one for one in outcomes if isinstance(one, Exception)]
        assert failures == []
        wanted = {conversation(of): [f"{number}" for number in range(each)] for of in people}
        assert await _delivered(store, len(people) * each) == wanted
        assert await _recorded(store) == wanted
        for of in people:
            assert await events_of(store, of) == wanted[conversation(of)]


def _failed(tasks: Sequence[asyncio.Task[None]]) -> bool:
    return any(task.done() and not task.cancelled() and task.exception() for task in tasks)


async def _give(store: RedisStore, of: int, count: int) -> None:
    """An adapter: gives each message until it is known to be stored."""
    intake = store.intake()
    for number in range(count):
        while True:
            try:
                assert await intake.accept(message(f"{number}", of=of)) != "full"
                break
            except StoreUnavailable:
                await asyncio.sleep(0.02)


async def _serve(store: RedisStore, done: list[str]) -> None:
    """A worker: when Redis fails, it drops what it has."""
    turns = store.turns()
    while True:
        try:
            claim = await turns.claim(wait=0.2)
            if claim is not None and await turns.commit(claim, turn_for(claim)):
                done.append(claim.message.id)
        except StoreUnavailable:
            await asyncio.sleep(0.02)


async def _is_idle(store: RedisStore) -> bool:
    try:
        return await RedisHealth(store.connection, store.keys).waiting() == (0, 0.0)
    except StoreUnavailable:
        return False


async def _delivered(store: RedisStore, count: int) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item in await some(store.outbox().read("telegram", "s"), count):
        found[item.delivery.conversation].append(item.delivery.message_id)
    return dict(found)


async def _recorded(store: RedisStore) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in await store.journal().read("r", most=1000, wait=PATIENCE):
        found[entry.event["conversation"]].append(entry.event["id"])
    return dict(found)


def _limit_memory(server: AnyServer, spare: int) -> None:
    """Leave so many bytes; 0 leaves all there are."""
    for node in server.nodes:
        with node.client() as client:
            used = client.info("memory")["used_memory"]
            client.config_set("maxmemory", used + spare if spare else 0)


async def test_full_memory_refuses_messages_and_lets_turns_go_on(server: AnyServer) -> None:
    async with opened(server) as store:
        intake, turns = store.intake(), store.turns()
        _limit_memory(server, 500_000)
        ids: list[str] = []
        with pytest.raises(StoreUnavailable):  # noqa: PT012 - which message it is, is chance
            for number in range(10_000):
                of, id = 16 * (number // 50), f"{number}"
                await intake.accept(message(id, of=of, text="x" * 900))
                ids.append(id)
        refused = message(f"{len(ids)}", of=16 * (len(ids) // 50), text="x" * 900)
        assert len(ids) > 50
        before = store.contents()
        with pytest.raises(StoreUnavailable):
            await intake.accept(refused)
        assert store.contents() == before  # refused wholly
        for _ in ids:
            claim = await take(turns)
            assert await turns.renew(claim)
            assert await turns.commit(claim, turn_for(claim))
        assert await turns.claim(wait=0) is None
        _limit_memory(server, 0)
        assert await intake.accept(refused) == "accepted"


class Cutter:
    """A wire to a server that can lose one answer: the server has done what it was asked."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._command: bytes | None = None
        self._least = 0
        self.cuts = 0

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}/0"

    def cut(self, command: str, *, least: int = 8) -> None:
        """Lose the next answer to this command that has more than so many bytes."""
        self._command, self._least = command.encode(), least

    async def _connect(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        far, ask = await asyncio.open_connection("127.0.0.1", self._server.port)
        asked = b""

        async def pass_on() -> None:
            nonlocal asked
            while data := await near.read(65_536):
                asked = data
                ask.write(data)

        passing = asyncio.create_task(pass_on())
        try:
            while data := await far.read(65_536):
                if self._command and self._command in asked and len(data) > self._least:
                    self._command, self.cuts = None, self.cuts + 1
                    break
                answer.write(data)
        finally:
            passing.cancel()
            ask.close()
            answer.close()


async def test_lost_answer_to_a_message_does_not_double_it(valkey: Server) -> None:
    async with Cutter(valkey) as wire, opened(valkey, url=wire.url) as store:
        await answer(store, message("1"))
        wire.cut("EVALSHA")
        with pytest.raises(StoreUnavailable):
            await store.intake().accept(message("2"))
        assert wire.cuts == 1
        assert await store.intake().accept(message("2")) == "duplicate"
        claim = await take(store.turns())
        assert (claim.message.id, await store.turns().claim(wait=0)) == ("2", None)


async def test_claim_whose_answer_was_lost_lapses_and_comes_again(valkey: Server) -> None:
    async with Cutter(valkey) as wire, opened(valkey, url=wire.url, lease_ms=50) as store:
        await answer(store, message("1"))
        await store.intake().accept(message("2"))
        turns = store.turns()
        wire.cut("EVALSHA")
        with pytest.raises(StoreUnavailable):
            await turns.claim(wait=0)
        claim = await take(turns)
        assert (claim.message.id, claim.attempts) == ("2", 2)


@asynccontextmanager
async def cut_off(valkey: Server) -> AsyncIterator[tuple[Cutter, RedisStore, RedisStore]]:
    """A wire, the store at its end, and the same store for everybody else."""
    async with (
        Cutter(valkey) as wire,
        opened(valkey, url=wire.url) as far,
        opened(valkey) as near,
    ):
        yield wire, far, near


async def test_delivery_whose_answer_was_lost_comes_again(valkey: Server) -> None:
    async with cut_off(valkey) as (wire, far, near):
        reading = far.outbox().read("telegram", "s")
        await answer(near, message("1"))
        await some(reading, 1)
        wire.cut("XREADGROUP")
        await answer(near, message("2"))
        with pytest.raises(StoreUnavailable):
            await some(reading, 1)
        assert wire.cuts == 1
        await answer(near, message("3"))
        again = await some(far.outbox().read("telegram", "s"), 3)
        assert [item.delivery.message_id for item in again] == ["1", "2", "3"]
        assert [item.is_redelivered for item in again] == [True, True, False]


async def test_journal_entry_whose_answer_was_lost_comes_again(valkey: Server) -> None:
    async with cut_off(valkey) as (wire, far, near):
        journal = far.journal()
        await answer(near, message("1"))
        await journal.done(await journal.read("r", most=10, wait=0))
        await answer(near, message("2"))
        wire.cut("XREADGROUP")
        with pytest.raises(StoreUnavailable):
            await journal.read("r", most=10, wait=0)
        assert wire.cuts == 1
        (entry,) = await journal.read("r", most=10, wait=0)
        assert entry.event["id"] == "2"


async def test_deliveries_whose_end_was_not_heard_are_finished_again(valkey: Server) -> None:
    async with cut_off(valkey) as (wire, far, near):
        await answer(near, message("1"), message("2"))
        outbox = far.outbox()
        first, second = await some(outbox.read("telegram", "s"), 2)
        await outbox.done(first)
        wire.cut("EVALSHA", least=0)
        with pytest.raises(StoreUnavailable):
            await outbox.done(second)
        await outbox.done(second)
        await answer(near, message("3"))
        (item,) = await some(far.outbox().read("telegram", "s"), 1)
        assert item.delivery.message_id == "3"
