"""Whether somebody would answer, and how much waits and was said."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from bot.conversation.messages import Reply
from bot.errors import StoreUnavailable
from bot.store.redis import store as redis_module
from bot.store.redis.client import Connection
from bot.store.redis.store import RedisHealth, wait_for_redis
from tests.contract.redis_servers import free_port
from tests.contract.stores import RedisStore, answer, conversation, message, take, turn_for


class MovedTime:
    """The clock of the store, so many seconds from now."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def time(self) -> float:
        return time.time() + self._seconds


@pytest.fixture
def health(redis_store: RedisStore) -> RedisHealth:
    return RedisHealth(redis_store.connection, redis_store.keys)


async def test_engines_that_show_life_are_counted_once_each(health: RedisHealth) -> None:
    assert await health.engines_alive() == 0
    for worker in ("a", "b", "a"):
        await health.show_life(worker)
    assert await health.engines_alive() == 2
    await health.leave("a")
    await health.leave("nobody")
    assert await health.engines_alive() == 1


async def test_engine_that_went_silent_counts_no_more(
    health: RedisHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await health.show_life("silent")
    monkeypatch.setattr(redis_module, "time", MovedTime(11))
    assert await health.engines_alive() == 0
    await health.show_life("fresh")
    assert await health.engines_alive() == 1


async def test_engine_silent_for_an_hour_is_dropped(
    redis_store: RedisStore, health: RedisHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await health.show_life("silent")
    monkeypatch.setattr(redis_module, "time", MovedTime(3700))
    await health.show_life("fresh")
    engines = redis_store.contents()[redis_store.keys.engines().encode()]
    assert [worker for worker, _ in engines] == [b"fresh"]


async def test_release_is_followed_from_its_start_to_its_end(health: RedisHealth) -> None:
    assert await health.releases() == {}
    await health.note_release("r1", "e1", "starting")
    assert (await health.releases())["r1"].state == "starting"
    await health.note_release("r1", "e1", "live")
    await health.show_life("w1@r1")
    assert {name: (one.state, one.engines) for name, one in (await health.releases()).items()} == {
        "r1": ("live", 1)
    }
    await health.note_release("r2", "e1", "failed", "smoke: “é”")
    failed = (await health.releases())["r2"]
    assert (failed.state, failed.why, failed.engines) == ("failed", "smoke: “é”", 0)
    await health.leave("w1@r1")
    assert set(await health.releases()) == {"r2"}


async def test_what_was_noted_long_ago_is_dropped(
    redis_store: RedisStore, health: RedisHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await health.note_release("old", "e1", "failed", "late")
    monkeypatch.setattr(redis_module, "time", MovedTime(25 * 3600))
    await health.note_release("new", "e1", "failed", "late")
    noted = redis_store.contents()[redis_store.keys.releases().encode()]
    assert set(noted) == {b"new e1"}


async def test_waiting_counts_conversations_until_they_are_answered(
    redis_store: RedisStore, health: RedisHealth
) -> None:
    assert await health.waiting() == (0, 0.0)
    intake, turns = redis_store.intake(), redis_store.turns()
    for id, of in (("1", 1), ("2", 1), ("3", 2), ("4", 17)):
        await intake.accept(message(id, of=of))
    assert (await health.waiting())[0] == 3
    inboxes = Counter({conversation(1): 2, conversation(2): 1, conversation(17): 1})
    while inboxes:
        claim = await take(turns)
        assert (await health.waiting())[0] == len(inboxes)  # held is not answered
        assert await turns.commit(claim, turn_for(claim))
        inboxes -= Counter([claim.message.conversation])
        assert (await health.waiting())[0] == len(inboxes)
    assert await health.waiting() == (0, 0.0)


async def test_waiting_tells_since_when(
    redis_store: RedisStore, health: RedisHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await redis_store.intake().accept(message("1", of=9))
    monkeypatch.setattr(redis_module, "time", MovedTime(100))
    _, seconds = await health.waiting()
    assert 99 <= seconds < 130
    await take(redis_store.turns())  # somebody is at it
    monkeypatch.setattr(redis_module, "time", time)
    count, seconds = await health.waiting()
    assert (count, seconds) == (1, 0.0)


async def test_turns_are_counted_by_platform_language_and_first_answer(
    redis_store: RedisStore, health: RedisHealth
) -> None:
    assert await health.counts() == {}
    french, english = Reply("greet", "fr", "Salut"), Reply("trust", "en", "Trust")
    turns, intake = redis_store.turns(), redis_store.intake()
    for id, of, platform, replies in (
        ("1", 1, "web", (french, english)),
        ("2", 2, "web", (french,)),
        ("3", 3, "telegram", (english,)),
    ):
        await intake.accept(message(id, of=of, platform=platform))  # type: ignore[arg-type]
        claim = await take(turns)
        assert await turns.commit(claim, turn_for(claim, *replies))
    await answer(redis_store, message("4"), delivery=None)
    assert await health.counts() == {
        ("web", "fr", "greet"): 2,
        ("telegram", "en", "trust"): 1,
    }


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_waiting_for_a_redis_that_never_comes_ends(scheme: str) -> None:
    connection = Connection(f"{scheme}://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable):
        await wait_for_redis(connection, seconds=0.3)
    await connection.close()


async def test_waiting_for_redis_ends_when_it_answers(redis_store: RedisStore) -> None:
    await wait_for_redis(redis_store.connection, seconds=0)


async def test_health_of_a_redis_that_is_gone_is_unavailable() -> None:
    connection = Connection(f"redis://127.0.0.1:{free_port()}")
    health = RedisHealth(connection)
    for question in (health.engines_alive, health.waiting, health.counts, health.releases):
        with pytest.raises(StoreUnavailable):
            await question()
    for change in (health.show_life, health.leave):
        with pytest.raises(StoreUnavailable):
            await change("worker")
    await connection.close()
