"""What waits to be sent is sent in order, and what a sender left unfinished comes again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.conversation.ports import Outbox, OutboxItem
from bot.store.redis.store import RedisOutbox
from tests.contract.redis_servers import pending_in
from tests.contract.stores import RedisStore, Store, answer, message, reply, some, until

MARKER = "after all others"
"""Id of a message that is answered last: when it comes out, nothing else will."""


async def _rest(store: Store, outbox: Outbox, consumer: str = "s") -> list[OutboxItem]:
    """All that comes out to a sender that starts now."""
    await answer(store, message(MARKER, of=99))
    found: list[OutboxItem] = []
    reading = outbox.read("telegram", consumer)
    while not found or found[-1].delivery.message_id != MARKER:
        found += await some(reading, 1)
    await outbox.done(found.pop())
    return found


def _ids(items: list[OutboxItem]) -> list[str]:
    return [item.delivery.message_id for item in items]


async def test_deliveries_come_out_whole_and_in_order(store: Store) -> None:
    for number in range(25):
        await answer(store, message(f"{number}"))
    items = await some(store.outbox().read("telegram", "s"), 25)
    assert _ids(items) == [f"{number}" for number in range(25)]
    assert {(item.sent, item.is_redelivered) for item in items} == {(0, False)}
    assert len({item.position for item in items}) == 25
    assert items[3].delivery.return_address == {"chat": 1}
    assert items[3].delivery.replies == (reply(),)


async def test_delivery_that_comes_later_is_read_too(store: Store) -> None:
    reading = store.outbox().read("telegram", "s")
    for id in "123":
        await answer(store, message(id))
        assert _ids(await some(reading, 1)) == [id]


async def test_platforms_do_not_hear_each_other(store: Store) -> None:
    await answer(store, message("1", of=1, platform="web"))
    await answer(store, message("2", of=2, platform="discord"))
    await answer(store, message("3", of=3, platform="telegram"))
    assert _ids(await some(store.outbox().read("discord", "s"), 1)) == ["2"]
    assert _ids(await _rest(store, store.outbox())) == ["3"]


async def test_done_delivery_never_comes_again(store: Store) -> None:
    await answer(store, *(message(id) for id in "123"))
    outbox = store.outbox()
    items = await some(outbox.read("telegram", "s"), 3)
    await outbox.note_sent(items[0], 1)
    await outbox.done(items[0])
    await outbox.done(items[2])
    await outbox.done(items[2])  # a second time does no harm
    assert _ids(await _rest(store, store.outbox())) == ["2"]


async def test_unfinished_deliveries_come_again_first_with_what_was_sent(store: Store) -> None:
    for number in range(12):
        await answer(store, message(f"{number}"))
    dying = store.outbox()
    taken = await some(dying.read("telegram", "s"), 12)
    await dying.note_sent(taken[2], 1)
    await dying.note_sent(taken[2], 2)
    await dying.note_sent(taken[11], 1)
    await answer(store, message("12"))
    again = await some(store.outbox().read("telegram", "s"), 13)
    assert _ids(again) == [f"{number}" for number in range(13)]
    assert [item.position for item in again[:12]] == [item.position for item in taken]
    assert [item.is_redelivered for item in again] == [True] * 12 + [False]
    assert [item.sent for item in again] == [0, 0, 2, *[0] * 8, 1, 0]


async def test_a_sender_that_returns_finds_its_work_and_not_that_of_others(
    redis_store: RedisStore,
) -> None:
    await answer(redis_store, message("1"))
    await some(redis_store.outbox().read("telegram", "one"), 1)
    assert _ids(await _rest(redis_store, redis_store.outbox(), "two")) == []
    assert _ids(await some(redis_store.outbox().read("telegram", "one"), 1)) == ["1"]


async def test_work_of_a_sender_that_does_not_return_is_taken_over_in_order(
    redis_store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"{number}" for number in range(230)]
    await answer(redis_store, *(message(id) for id in ids[:3]))
    await some(redis_store.outbox().read("telegram", "heir"), 3)
    await answer(redis_store, *(message(id) for id in ids[3:]))
    gone = await some(redis_store.outbox().read("telegram", "gone"), 227)
    await redis_store.outbox().note_sent(gone[4], 1)
    monkeypatch.setattr(RedisOutbox, "TAKE_OVER_MS", 0)
    again = await some(redis_store.outbox().read("telegram", "heir"), 230)
    assert _ids(again) == ids
    assert {item.is_redelivered for item in again} == {True}
    assert [item.sent for item in again[:9]] == [0, 0, 0, 0, 0, 0, 0, 1, 0]


async def test_each_delivery_goes_to_one_of_two_senders(redis_store: RedisStore) -> None:
    found: list[OutboxItem] = []
    senders = [asyncio.create_task(_send(redis_store, name, found)) for name in ("one", "two")]
    ids = [f"{number}" for number in range(60)]
    try:
        await answer(redis_store, *(message(id, of=int(id)) for id in ids))
        await answer(redis_store, message(MARKER, of=99))
        await until(lambda: MARKER in _ids(found))
    finally:
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
    assert sorted(_ids(found)) == sorted([*ids, MARKER])


async def _send(store: Store, consumer: str, found: list[OutboxItem]) -> None:
    async for item in store.outbox().read("telegram", consumer):
        found.append(item)


async def test_finished_delivery_leaves_nothing_behind(redis_store: RedisStore) -> None:
    await answer(redis_store, message("1"), journal=[])
    outbox = redis_store.outbox()
    (item,) = await some(outbox.read("telegram", "s"), 1)
    await outbox.note_sent(item, 1)
    await outbox.done(item)
    keys = redis_store.keys
    contents = redis_store.contents()
    assert contents[keys.outbox(1, "telegram").encode()] == []
    assert keys.sent(1, "telegram").encode() not in contents
    assert pending_in(redis_store.server, keys.outbox(1, "telegram"), "sender") == 0


async def test_each_look_for_deliveries_is_a_sign_of_life(redis_store: RedisStore) -> None:
    looks: list[int] = []
    outbox = redis_store.outbox()
    outbox.on_look = _appender(looks)
    await answer(redis_store, message("1"))
    await some(outbox.read("telegram", "s"), 1)
    assert looks == [1]


def _appender(looks: list[int]) -> Callable[[], None]:
    return lambda: looks.append(1)
