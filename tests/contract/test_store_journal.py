"""What happened is told to the recorder in order, and again until the recorder is done with it."""

from __future__ import annotations

import pytest

from bot.conversation.ports import JournalEntry
from bot.errors import StoreUnavailable
from bot.store.redis.store import RedisJournal
from tests.contract.redis_servers import delete_keys, pending_in
from tests.contract.stores import (
    PATIENCE,
    RedisStore,
    Store,
    answer,
    conversation,
    message,
    until,
)


def _ids(entries: list[JournalEntry], of: int = 1) -> list[str]:
    return [
        entry.event["id"] for entry in entries if entry.event["conversation"] == conversation(of)
    ]


async def _read(store: Store, consumer: str = "r") -> list[JournalEntry]:
    return list(await store.journal().read(consumer, most=500, wait=0))


async def test_nothing_happened(store: Store) -> None:
    journal = store.journal()
    assert list(await journal.read("r", most=10, wait=0)) == []
    assert list(await journal.read("r", most=10, wait=0.05)) == []


async def test_entries_come_in_order_within_a_conversation(store: Store) -> None:
    for number in range(12):
        await answer(store, message(f"{number}", of=1), message(f"{number}", of=17))
    entries = await _read(store)
    for of in (1, 17):
        assert _ids(entries, of) == [f"{number}" for number in range(12)]
    assert len({entry.position for entry in entries}) == 24


async def test_reader_waits_for_what_happens(store: Store) -> None:
    journal = store.journal()
    await journal.read("r", most=10, wait=0)
    await answer(store, message("1"))
    assert _ids(list(await journal.read("r", most=10, wait=PATIENCE))) == ["1"]


async def test_entry_comes_again_in_its_place_until_it_is_done(store: Store) -> None:
    journal = store.journal()
    await answer(store, *(message(id) for id in "123"))
    first = list(await journal.read("r", most=10, wait=0))
    await answer(store, message("4"))
    second = list(await journal.read("r", most=10, wait=0))
    assert second[:3] == first  # the same positions: an entry written twice is known
    await journal.done(first[:1])
    restarted = store.journal()
    assert _ids(list(await restarted.read("r", most=10, wait=0)))[:2] == ["2", "3"]
    await restarted.done(first)
    assert _ids(list(await restarted.read("r", most=10, wait=0))) == ["4"]


async def test_a_batch_is_no_larger_than_asked_for(store: Store) -> None:
    journal = store.journal()
    await answer(store, *(message(f"{number}") for number in range(7)))
    seen: list[str] = []
    while entries := list(await journal.read("r", most=3, wait=0)):
        assert len(entries) <= 3
        seen += _ids(entries)
        await journal.done(entries)
    assert seen == [f"{number}" for number in range(7)]


async def test_done_entries_leave_nothing_behind(redis_store: RedisStore) -> None:
    await answer(redis_store, message("1"), message("2"))
    journal = redis_store.journal()
    entries = await journal.read("r", most=10, wait=0)
    await journal.done(entries)
    await journal.done(entries)  # a second time does no harm
    stream = redis_store.keys.journal(1)
    assert redis_store.contents()[stream.encode()] == []
    assert pending_in(redis_store.server, stream, "recorder") == 0


async def test_work_of_a_recorder_that_does_not_return_is_taken_over(
    redis_store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"{number}" for number in range(120)]  # more than are taken over at once
    await answer(redis_store, *(message(id) for id in ids))
    assert _ids(await _read(redis_store, "gone")) == ids
    assert await _read(redis_store, "early") == []
    monkeypatch.setattr(RedisJournal, "TAKE_OVER_MS", 0)
    assert _ids(await _read(redis_store, "heir")) == ids


async def test_recorder_goes_on_when_redis_comes_back_empty(redis_store: RedisStore) -> None:
    journal = redis_store.journal()
    await answer(redis_store, message("1"))
    await journal.done(await journal.read("r", most=10, wait=0))
    delete_keys(redis_store.server, redis_store.keys.prefix)
    await answer(redis_store, message("2"))
    seen: list[str] = []

    async def is_read() -> bool:
        try:
            seen.extend(_ids(list(await journal.read("r", most=10, wait=0))))
        except StoreUnavailable:
            return False
        return bool(seen)

    await until(is_read)
    assert seen == ["2"]
