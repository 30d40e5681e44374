"""The board in Redis: what the recorder publishes is what engines read, a second later at most."""

from __future__ import annotations

import pytest

from bot.conversation.board import Board, GroupShown, Results, Shared, Statement
from bot.store.redis.board import LOOK_EVERY, RedisBoards
from bot.store.redis.client import Connection
from tests.contract.stores import RedisStore

BOARD = Board(
    {"v1": Statement("v1", "impact", {"fr": "une opinion", "en": "a view"}, 2.5)},
    60,
    Results(
        people=60,
        at=1.5,
        groups=(GroupShown("A", 40, (1.0, 0.5)), GroupShown("B", 20, (-1.0, 0.0))),
        bridges=(Shared("v1", "agree"),),
        marks={"A": (Shared("v1", "agree"),), "B": ()},
        means={"v1": 0.25},
        directions={"v1": (0.5, -0.5)},
        pictures={"fr": "map-fr", "en": "map-en"},
        input_hash="abc",
        seed=0,
    ),
)


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def boards(store: RedisStore, clock: Clock) -> RedisBoards:
    return RedisBoards(store.connection, store.vault, store.keys, now=clock)


async def test_board_is_read_as_it_was_published(redis_store: RedisStore, clock: Clock) -> None:
    await boards(redis_store, clock).publish(BOARD)
    assert await boards(redis_store, clock).current() == BOARD


async def test_nothing_published_is_an_empty_board(redis_store: RedisStore, clock: Clock) -> None:
    assert await boards(redis_store, clock).current() == Board()


async def test_newer_board_is_seen_after_a_second(redis_store: RedisStore, clock: Clock) -> None:
    reader = boards(redis_store, clock)
    assert await reader.current() == Board()
    await boards(redis_store, clock).publish(BOARD)
    assert await reader.current() == Board()
    clock.at += LOOK_EVERY
    assert await reader.current() == BOARD


async def test_views_rest_encrypted(redis_store: RedisStore, clock: Clock) -> None:
    await boards(redis_store, clock).publish(BOARD)
    stored = await redis_store.connection.client.get(redis_store.keys.board())
    assert b"a view" not in stored


async def test_board_from_before_an_outage_is_kept(redis_store: RedisStore, clock: Clock) -> None:
    reader = boards(redis_store, clock)
    await reader.publish(BOARD)
    assert await reader.current() == BOARD
    reader._connection = Connection("redis://127.0.0.1:1/0")  # nobody listens there
    clock.at += LOOK_EVERY
    assert await reader.current() == BOARD
    await reader._connection.close()
