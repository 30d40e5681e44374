"""Answers for the web reach every process that listens, and may be asked for once more."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.messages import Delivery
from bot.store import memory as memory_module
from bot.store.redis import store as redis_module
from tests.contract.stores import (
    OpenStore,
    RedisStore,
    Store,
    answer,
    conversation,
    message,
    reply,
    until,
)


class Listener:
    """A web process that listens."""

    def __init__(self, store: Store) -> None:
        self.heard: list[tuple[str, Delivery]] = []
        self._listening = asyncio.create_task(self._listen(store))

    async def _listen(self, store: Store) -> None:
        async for position, delivery in store.replies().listen():
            self.heard.append((position, delivery))

    @property
    def ids(self) -> list[str]:
        """Ids of the messages whose answers it heard, but for those that only wake it."""
        ids = [delivery.message_id for _, delivery in self.heard]
        return [id for id in ids if not id.startswith("wake")]

    async def stop(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)


async def _listeners(store: Store, count: int) -> list[Listener]:
    """So many listeners, each known to have begun."""
    listeners = [Listener(store) for _ in range(count)]
    number = 0
    while not all(listener.heard for listener in listeners):
        number += 1
        await answer(store, message(f"wake{number}", of=50, platform="web"))
        await asyncio.sleep(0.02)
        assert number < 500, "nobody listens"
    return listeners


async def test_two_listeners_both_hear_everything_in_order(store: Store) -> None:
    listeners = await _listeners(store, 2)
    for number in range(20):
        await answer(store, message(f"{number}", of=number % 2, platform="web"))
    await until(lambda: all(len(listener.ids) == 20 for listener in listeners))
    for listener in listeners:
        assert [id for id in listener.ids if int(id) % 2] == [f"{n}" for n in range(1, 20, 2)]
        assert [id for id in listener.ids if not int(id) % 2] == [f"{n}" for n in range(0, 20, 2)]
    assert listeners[0].heard[-1][1].replies == (reply(),)
    for listener in listeners:
        await listener.stop()


async def test_listener_hears_nothing_from_before_or_from_elsewhere(store: Store) -> None:
    await answer(store, message("before", platform="web"))
    (listener,) = await _listeners(store, 1)
    await answer(store, message("elsewhere", platform="telegram"))
    await answer(store, message("after", platform="web"))
    await until(lambda: "after" in listener.ids)
    assert listener.ids == ["after"]
    await listener.stop()


async def test_discarded_answer_is_gone_and_others_are_heard(store: Store) -> None:
    (listener,) = await _listeners(store, 1)
    await answer(store, message("1", platform="web"))
    await until(lambda: listener.ids == ["1"])
    position, delivery = listener.heard[-1]
    await store.replies().discard(position, delivery.conversation)
    if isinstance(store, RedisStore):
        assert store.contents()[store.keys.outbox(1, "web").encode()] == []
    await answer(store, message("2", platform="web"))
    await until(lambda: listener.ids == ["1", "2"])
    await listener.stop()


async def test_last_answer_is_the_newest_of_its_conversation(store: Store) -> None:
    replies = store.replies()
    assert await replies.last(conversation(1)) is None
    await answer(store, message("1", platform="web"), message("2", platform="web"))
    await answer(store, message("3", of=17, platform="web"))
    last = await replies.last(conversation(1))
    assert last is not None
    assert (last.message_id, last.replies) == ("2", (reply(),))
    assert await replies.last(conversation(2)) is None


async def test_last_answer_is_kept_for_the_web_only(store: Store) -> None:
    await answer(store, message("1", platform="discord"))
    assert await store.replies().last(conversation(1)) is None


async def test_turn_that_says_nothing_leaves_the_last_answer(store: Store) -> None:
    await answer(store, message("1", platform="web"))
    await answer(store, message("2", platform="web"), delivery=None)
    last = await store.replies().last(conversation(1))
    assert last is not None
    assert last.message_id == "1"


async def test_last_answer_is_forgotten_after_some_minutes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redis_module.LAST_MS == memory_module.LAST_SECONDS * 1000 == 10 * 60 * 1000
    monkeypatch.setattr(redis_module, "LAST_MS", 30)
    monkeypatch.setattr(memory_module, "LAST_SECONDS", 0.03)
    await answer(store, message("1", platform="web"))

    async def is_forgotten() -> bool:
        return await store.replies().last(conversation(1)) is None

    await until(is_forgotten)


async def test_answers_nobody_fetched_are_dropped_after_some_minutes(
    open_redis_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: RedisStore = await open_redis_store()
    monkeypatch.setattr(redis_module, "LAST_MS", 30)
    await answer(store, message("old", platform="web"))
    stream = store.keys.outbox(1, "web").encode()
    oldest = store.contents()[stream][0]

    async def is_dropped() -> bool:
        await answer(store, message(f"{len(seen)}", of=17, platform="web"))
        seen.append(1)
        return oldest not in store.contents()[stream]

    seen: list[int] = []
    await until(is_dropped)
