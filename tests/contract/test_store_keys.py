"""Every key in Redis is spelled in one file, and a conversation's keys lie together."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.crc import key_slot

from bot.conversation.board import Board
from bot.conversation.messages import PLATFORMS
from bot.store.redis import keys as keys_module
from bot.store.redis.board import RedisBoards
from bot.store.redis.discord_commands import RedisDiscordCommands
from bot.store.redis.keys import PARTITIONS, PREFIX, Keys, partition_of
from bot.store.redis.store import RedisHealth
from tests.contract.stores import (
    OpenStore,
    RedisStore,
    answer,
    conversation,
    message,
    some,
    take,
    turn_for,
)

PEOPLE = (1, 2, 17, 40)
FILE = "views.png"


def _all_names(keys: Keys, people: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """(method, key) for everything that `Keys` can spell for these people."""
    for name, method in inspect.getmembers(keys, inspect.ismethod):
        if name.startswith("_"):
            continue
        parameters = tuple(inspect.signature(method).parameters)
        if parameters == ():
            yield name, method()
        elif parameters == ("conversation",):
            yield from ((name, method(conversation(of))) for of in people)
        elif parameters == ("partition",):
            yield from ((name, method(place)) for place in range(PARTITIONS))
        elif parameters == ("name",):
            yield name, method(FILE)
        else:
            assert parameters == ("partition", "platform"), name
            for place in range(PARTITIONS):
                yield from ((name, method(place, platform)) for platform in PLATFORMS)


@pytest.mark.parametrize(
    ("id", "partition"),
    [
        pytest.param("00000000" + "f" * 24, 0, id="zero"),
        pytest.param("0000000f" + "0" * 24, 15, id="fifteen"),
        pytest.param("00000010" + "0" * 24, 0, id="sixteen"),
        pytest.param("ffffffff" + "0" * 24, 15, id="the highest"),
        pytest.param("a3c1" * 8, 1, id="any"),
    ],
)
def test_partition_of_a_conversation_never_changes(id: str, partition: int) -> None:
    """Worked out by hand: the eighth digit alone decides."""
    assert partition_of(id) == partition


def test_number_of_partitions_never_changes() -> None:
    assert PARTITIONS == 16


@pytest.mark.parametrize("of", PEOPLE)
def test_keys_of_a_conversation_and_its_partition_share_a_slot(of: int) -> None:
    partition = of % 16
    names = [name for _, name in _all_names(Keys(), (of,)) if f"{{{partition:02}}}" in name]
    assert len(names) > 10
    assert {key_slot(name.encode()) for name in names} == {key_slot(f"{partition:02}".encode())}


def test_partitions_lie_in_slots_of_their_own() -> None:
    assert len({key_slot(Keys().schedule(place).encode()) for place in range(PARTITIONS)}) == 16


def test_no_two_keys_are_spelled_alike() -> None:
    names = [name for _, name in _all_names(Keys(), PEOPLE)]
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{PREFIX}:") for name in names)
    assert not PREFIX.startswith("tracker")  # Rasa's own


def test_every_key_is_explained_where_it_is_spelled() -> None:
    explained = set(re.findall(r"^    (plv:\S+)", str(keys_module.__doc__), re.MULTILINE))
    spelled = {
        name.replace(conversation(7), "<id>").replace(FILE, "<name>")
        for _, name in _all_names(Keys(), (7,))
        if "{" not in name or "{07}" in name
    }
    others = {Keys().outbox(7, platform) for platform in ("web", "discord")}
    others |= {Keys().sent(7, platform) for platform in ("web", "discord")}
    assert explained == spelled - others


async def test_every_key_ever_written_is_spelled_by_keys(
    open_redis_store: OpenStore,
) -> None:
    store: RedisStore = await open_redis_store()
    before = store.key_names()
    seen: set[str] = set()
    async for _ in _busy_day(store):
        seen |= store.key_names() - before
    spelled = dict.fromkeys(name for _, name in _all_names(store.keys, PEOPLE))
    assert seen <= set(spelled)
    methods = {method for method, name in _all_names(store.keys, PEOPLE) if name in seen}
    every = {method for method, _ in _all_names(store.keys, PEOPLE)}
    assert methods == every, "the day was not busy enough, or a key is spelled for nobody"


async def _busy_day(store: RedisStore) -> AsyncIterator[None]:
    """Everything that the store can do, with a look at the keys in between."""
    health = RedisHealth(store.connection, store.keys)
    await health.show_life("worker")
    await health.note_release("r1", "engine", "live")
    await RedisDiscordCommands(store.connection, store.keys).set("abc")
    await RedisBoards(store.connection, store.vault, store.keys).publish(Board())
    await store.files().put(FILE, b"", seconds=60)
    intake, turns, outbox = store.intake(), store.turns(), store.outbox()
    for of in PEOPLE:
        for platform in PLATFORMS:
            await intake.accept(message(platform, of=of, platform=platform))
    yield
    for number in range(len(PEOPLE) * len(PLATFORMS)):
        claim = await take(turns)
        await turns.renew(claim)
        yield
        if number == 3:
            await turns.release(claim)
            claim = await take(turns)
        is_last = number == len(PEOPLE) * len(PLATFORMS) - 1
        given = {"votes": {"abcd1234": 1}}
        assert await turns.commit(claim, turn_for(claim, keep=2, forget=is_last, given=given))
        yield
    senders = [outbox.read("telegram", "s"), outbox.read("discord", "s")]
    for sender in senders:
        for item in await some(sender, len(PEOPLE)):
            await outbox.note_sent(item, 1)
            yield
            await outbox.done(item)
    await store.journal().done(await store.journal().read("r", most=100, wait=0))
    await health.counts()
    await health.waiting()
    await health.leave("worker")
    yield


async def test_erased_conversation_leaves_no_trace_in_redis(redis_store: RedisStore) -> None:
    """Nothing names it but what is on its way: and that is encrypted, and taken off."""
    await _erase_after_a_talk(redis_store)
    traces = [key for key, value in redis_store.contents().items() if _names(1, key, value)]
    assert traces == []
    assert _names(17, *next(iter(_kept(redis_store, 17))))  # else we would not see one


async def _erase_after_a_talk(store: RedisStore) -> None:
    for of in (17, 1):
        await answer(store, *(message(id, of=of, platform="web") for id in "123"))
    await answer(store, message("4", of=1, platform="web", text="/delete"), forget=True)


def _kept(store: RedisStore, of: int) -> Iterator[tuple[bytes, object]]:
    return (item for item in store.contents().items() if conversation(of).encode() in item[0])


def _names(of: int, key: bytes, value: object) -> bool:
    return conversation(of) in f"{key!r} {value!r}"


async def test_erased_conversation_is_gone_once_its_last_words_are_out(
    redis_store: RedisStore,
) -> None:
    """What an erased conversation leaves is its last delivery and journal entry, until taken off.

    Of the messages taken in, marks remain that say nothing without the key.
    """
    await answer(redis_store, message("1"))
    await answer(redis_store, message("2", text="/delete"), forget=True)
    outbox, journal = redis_store.outbox(), redis_store.journal()
    for item in await some(outbox.read("telegram", "s"), 2):
        await outbox.done(item)
    await journal.done(await journal.read("r", most=10, wait=0))
    keys = redis_store.keys
    left = {name.decode(): value for name, value in redis_store.contents().items()}
    assert {name: value for name, value in left.items() if value} == {
        keys.seen(1): left[keys.seen(1)],
        keys.bell(1): left[keys.bell(1)],
        keys.counts(1): {b"telegram|fr|greet": b"2"},
    }
    marks = [mark for mark, _ in left[keys.seen(1)]]
    assert len(marks) == 2
    assert {b"1", b"2"}.isdisjoint(marks)


async def test_answers_that_nobody_took_go_with_the_erased_conversation(
    redis_store: RedisStore,
) -> None:
    """Of the web's outbox, the erased person's deliveries go at once and another's stay."""
    await _erase_after_a_talk(redis_store)
    left = [
        redis_store.vault.unlock(fields[b"d"])
        for partition in range(PARTITIONS)
        for _, fields in await redis_store.connection.client.xrange(
            redis_store.keys.outbox(partition, "web")
        )
    ]
    ids = sorted((each["conversation"], each["message_id"]) for each in left)
    assert [id for whose, id in ids if whose == conversation(1)] == ["4"]
    assert [id for whose, id in ids if whose == conversation(17)] == ["1", "2", "3"]
