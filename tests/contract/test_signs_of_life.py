"""What the health checks of processes stand on: a loop shows life when it went round, only then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.adapters.telegram.polling import Poller
from bot.conversation.ports import JournalEntry
from bot.errors import StoreUnavailable
from bot.processes.valkey import free_port
from bot.recorder.recorder import Recorder
from bot.store.redis.client import Connection
from bot.store.redis.store import RedisOutbox
from bot.store.sql.record import Record, Retention, open_database
from tests.contract.discord_bot import MemoryStore as DiscordStore
from tests.contract.discord_bot import adapter_for, echo
from tests.contract.stores import RedisStore, make_vault
from tests.contract.telegram_parts import (
    FakeIntake,
    FakeTime,
    open_test_bot,
    receiver_for,
    running,
)
from tests.platforms.discord_server import DiscordServer
from tests.platforms.telegram_server import TelegramServer

SOON = 10.0


async def wait_until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not is_so():  # noqa: ASYNC110 - the parts have no event for it
            await asyncio.sleep(0.01)


# Telegram receives


async def test_poller_shows_life_after_each_poll_that_worked() -> None:
    polls_before_each_sign: list[int] = []
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        telegram.fail("getUpdates", "server_error", times=3)
        telegram.write("allô", user=7)
        time = FakeTime()

        def show_life() -> None:
            polls_before_each_sign.append(len(telegram.calls_of("getUpdates")))

        receiver = receiver_for(bot, FakeIntake(), time)
        async with running(Poller(bot, receiver, on_round=show_life, sleep=time.sleep)):
            await wait_until(lambda: bool(polls_before_each_sign))
        await receiver.close()
    assert polls_before_each_sign[0] == 4


async def test_poller_that_cannot_store_shows_no_life() -> None:
    signs: list[None] = []
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        telegram.write("allô", user=7)
        intake, time = FakeIntake(), FakeTime()
        intake.times_away = 10**9
        receiver = receiver_for(bot, intake, time)
        poller = Poller(bot, receiver, on_round=lambda: signs.append(None), sleep=time.sleep)
        async with running(poller):
            await wait_until(lambda: len(time.slept) > 5)
            assert signs == []
            intake.times_away = 0
            await wait_until(lambda: bool(signs))
        await receiver.close()


# Telegram and Discord send


async def test_idle_reader_of_the_outbox_shows_life(redis_store: RedisStore) -> None:
    signs: list[None] = []
    outbox = redis_store.outbox()
    outbox.on_look = lambda: signs.append(None)
    reading = asyncio.ensure_future(anext(aiter(outbox.read("telegram", "telegram"))))
    await wait_until(lambda: len(signs) >= 2)
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading


async def test_reader_without_redis_shows_no_life() -> None:
    signs: list[None] = []
    connection = Connection(f"redis://127.0.0.1:{free_port()}/0")
    outbox = RedisOutbox(connection, make_vault())
    outbox.on_look = lambda: signs.append(None)
    with pytest.raises(StoreUnavailable):
        await anext(aiter(outbox.read("telegram", "telegram")))
    await connection.close()
    assert signs == []


# Discord receives


async def test_discord_counts_as_connected_while_the_gateway_is_open() -> None:
    async with DiscordServer() as discord:
        adapter = adapter_for(discord, DiscordStore(echo))
        assert not adapter.is_connected
        serving = asyncio.create_task(adapter.run())
        try:
            await wait_until(lambda: adapter.is_connected)
            discord.refuse_gateway()
            await discord.disconnect("close")
            await wait_until(lambda: not adapter.is_connected)
            discord.refuse_gateway(is_refused=False)
            await wait_until(lambda: adapter.is_connected)
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


# The recorder


class OneEntry:
    """A journal with one entry, which cannot be reached for some reads."""

    def __init__(self, times_away: int) -> None:
        self.times_away = times_away
        self.reads = 0
        self.entries = [JournalEntry("0|1-0", {"kind": "none"})]

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        """See `ports.Journal.read`."""
        self.reads += 1
        if self.reads <= self.times_away:
            raise StoreUnavailable("ConnectionError")
        return tuple(self.entries)

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        """See `ports.Journal.done`."""
        self.entries.clear()


class AwayRecord(Record):
    """A record whose database is away for some writes."""

    times_away = 0
    writes = 0

    def write(self, entries: Sequence[JournalEntry]) -> None:
        """See `Record.write`."""
        self.writes += 1
        if self.writes <= self.times_away:
            raise OperationalError("", {}, Exception())


@pytest.mark.parametrize(("redis_away", "database_away"), [(0, 0), (2, 0), (0, 2)])
async def test_recorder_shows_life_once_it_has_written(
    tmp_path: Path, redis_away: int, database_away: int
) -> None:
    engine = open_database("", tmp_path)
    journal, record = OneEntry(redis_away), AwayRecord(engine, make_vault())
    record.times_away = database_away
    waiting_at_each_sign: list[int] = []

    def show_life() -> None:
        waiting_at_each_sign.append(len(journal.entries))
        recorder.stop()

    recorder = Recorder(journal, record, name="r", kept=Retention(), show_life=show_life)
    async with asyncio.timeout(SOON):
        await recorder.run()
    engine.dispose()
    assert waiting_at_each_sign == [0]
    assert (journal.reads, record.writes) == (redis_away + database_away + 1, database_away + 1)
