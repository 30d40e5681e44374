"""The worker: every message is answered once, in order, and Redis gone means waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import Claim, Turn, Understanding
from bot.conversation.turn import Parts
from bot.engine import worker as worker_module
from bot.engine.worker import Worker
from bot.errors import StoreUnavailable
from bot.store.memory import MemoryStore
from tests.unit.small_library import ListedDialogue, parts_with, small_crisis_check


class Outage:
    """A store in memory that can be gone for a while."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.is_gone = False
        self.refused = 0

    def _look(self) -> None:
        if self.is_gone:
            self.refused += 1
            raise StoreUnavailable("ConnectionError")

    async def claim(self, *, wait: float) -> Claim | None:
        self._look()
        return await self._store.claim(wait=min(wait, 0.02))

    async def renew(self, claim: Claim) -> bool:
        self._look()
        return await self._store.renew(claim)

    async def commit(self, claim: Claim, turn: Turn) -> bool:
        self._look()
        return await self._store.commit(claim, turn)

    async def release(self, claim: Claim) -> None:
        self._look()
        await self._store.release(claim)


class SlowDialogue(ListedDialogue):
    """Thinks until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.thinking = asyncio.Event()
        self.go_on = asyncio.Event()

    async def understand(self, text: str) -> Understanding:
        self.thinking.set()
        await self.go_on.wait()
        return await super().understand(text)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RENEW_EVERY", "LIFE_EVERY", "PAUSE_WITHOUT_REDIS"):
        monkeypatch.setattr(worker_module, name, 0.01)


@pytest.fixture
def dialogue() -> ListedDialogue:
    return ListedDialogue()


@pytest.fixture
def parts(tmp_path: Path, dialogue: ListedDialogue) -> Parts:
    return parts_with(small_crisis_check(tmp_path), dialogue)


def said(number: int, conversation: str = "c") -> IncomingMessage:
    return IncomingMessage(
        conversation * 32, "web", f"{conversation}{number}", 1.0, text=f"what is {number}"
    )


async def no_life() -> None:
    """Shows no sign of life."""


async def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not is_so():
        assert asyncio.get_running_loop().time() < deadline, "this never came true"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def running(
    turns: Outage, parts: Parts, show_life: Callable[[], Awaitable[None]] = no_life
) -> AsyncIterator[Worker]:
    worker = Worker(turns, parts, show_life)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(task, 10)


async def deliveries(store: MemoryStore, conversation: str = "c") -> list[str]:
    """Ids of the messages that were answered, in order."""
    return [
        delivery.message_id
        for _, delivery in store._web
        if delivery.conversation == conversation * 32
    ]


async def test_messages_are_answered_once_and_in_order(parts: Parts) -> None:
    store = MemoryStore()
    for number in range(20):
        await store.accept(said(number))
        await store.accept(said(number, "d"))
    async with running(Outage(store), parts), running(Outage(store), parts):
        await until(lambda: len(store._web) == 40)
    assert await deliveries(store) == [f"c{number}" for number in range(20)]
    assert await deliveries(store, "d") == [f"d{number}" for number in range(20)]


async def test_worker_waits_while_redis_is_gone_and_says_so_once(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    store = MemoryStore()
    turns = Outage(store)
    turns.is_gone = True
    await store.accept(said(1))
    async with running(turns, parts):
        await until(lambda: turns.refused > 5)
        assert await deliveries(store) == []
        turns.is_gone = False
        await until(lambda: len(store._web) == 1)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "Redis is back" in caplog.text
    assert "what is" not in caplog.text


async def test_turn_whose_commit_found_no_redis_is_run_again(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore(lease=0.05)
    dialogue = SlowDialogue()
    turns = Outage(store)
    await store.accept(said(1))
    async with running(turns, parts_with(parts.crisis, dialogue)):
        await asyncio.wait_for(dialogue.thinking.wait(), 10)
        turns.is_gone = True
        dialogue.go_on.set()
        await until(lambda: turns.refused > 3)
        assert await deliveries(store) == []
        turns.is_gone = False
        await until(lambda: len(store._web) == 1)
    assert await deliveries(store) == ["c1"]


async def test_long_turn_keeps_its_claim(parts: Parts) -> None:
    """The lease is far shorter than the turn; without renewal the other worker would take it."""
    store = MemoryStore(lease=1.0)
    dialogue = SlowDialogue()
    slow = parts_with(parts.crisis, dialogue)
    await store.accept(said(1))
    async with running(Outage(store), slow):
        await asyncio.wait_for(dialogue.thinking.wait(), 10)
        other = await store.claim(wait=1.5)
        dialogue.go_on.set()
        await until(lambda: len(store._web) == 1)
    assert other is None


async def test_turn_of_a_lapsed_claim_is_dropped(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker_module, "RENEW_EVERY", 600.0)
    store = MemoryStore(lease=0.05)
    dialogue = SlowDialogue()
    await store.accept(said(1))
    async with running(Outage(store), parts_with(parts.crisis, dialogue)) as worker:
        await asyncio.wait_for(dialogue.thinking.wait(), 10)
        worker.stop()
        other = await store.claim(wait=5)
        assert other is not None
        assert other.attempts == 2
        dialogue.go_on.set()
    assert "A claim lapsed" in caplog.text
    assert await deliveries(store) == []


async def test_stopping_finishes_the_turn_under_way_and_takes_no_other(parts: Parts) -> None:
    store = MemoryStore()
    dialogue = SlowDialogue()
    await store.accept(said(1))
    await store.accept(said(2))
    async with running(Outage(store), parts_with(parts.crisis, dialogue)) as worker:
        await asyncio.wait_for(dialogue.thinking.wait(), 10)
        worker.stop()
        dialogue.go_on.set()
    assert await deliveries(store) == ["c1"]


async def test_turn_that_fails_is_an_apology_not_the_end_of_the_worker(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    store = MemoryStore()
    dialogue.error = RuntimeError("what is 1")
    await store.accept(said(1))
    async with running(Outage(store), parts):
        await until(lambda: len(store._web) == 1)
        dialogue.error = None
        await store.accept(said(2))
        await until(lambda: len(store._web) == 2)
    answers = [delivery.replies[0].answer for _, delivery in store._web]
    assert answers == ["unavailable", "topic"]


async def test_life_is_shown_again_and_again_also_without_redis(parts: Parts) -> None:
    shown = 0

    async def show_life() -> None:
        nonlocal shown
        shown += 1
        raise StoreUnavailable("ConnectionError")

    async with running(Outage(MemoryStore()), parts, show_life):
        await until(lambda: shown > 3)
