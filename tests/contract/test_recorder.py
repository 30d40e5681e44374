"""The recorder writes each thing once, in order, and waits with what it cannot write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import Journal, JournalEntry
from bot.errors import StoreUnavailable
from bot.recorder.recorder import DROP_EVERY, Recorder
from bot.store.sql.record import Record, Retention, open_database
from bot.store.sql.tables import erasures, turns
from bot.store.vault import Vault
from tests.contract.postgres_server import missing, postgres_server
from tests.contract.stores import Store, answer, conversation, make_vault, message, until

DAY = 86_400.0
NOON = 1_800_000_000.0


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def vault() -> Vault:
    return make_vault()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite that does not wait long for a lock."""
    engine = open_database(f"sqlite:///{tmp_path / 'record.sqlite'}?timeout=0.05", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def record(engine: Engine, vault: Vault) -> Record:
    return Record(engine, vault)


def has_texts(record: Record, count: int) -> bool:
    return len(texts(record)) == count


def recorder(journal: Journal, record: Record, clock: Clock | None = None) -> Recorder:
    return Recorder(journal, record, name="recorder-0", kept=Retention(), now=clock or Clock())


@asynccontextmanager
async def running(recorder: Recorder) -> AsyncIterator[asyncio.Task[None]]:
    """The recorder at work; stopped as its process stops it, and in good health until then."""
    task = asyncio.create_task(recorder.run())
    try:
        yield task
        assert not task.done(), "the recorder gave up"
        recorder.stop()
        await asyncio.wait_for(task, 30)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _event(given: IncomingMessage, at: float) -> dict[str, Any]:
    return {
        "kind": "turn",
        "conversation": given.conversation,
        "platform": given.platform,
        "at": at,
        "language": "fr",
        "text": given.text,
        "button": None,
        "campaign": None,
        "intent": "greet",
        "confidence": 0.9,
        "answers": ["greet"],
    }


async def say(store: Store, id: str, *, of: int = 1, at: float = NOON) -> None:
    """A turn that leaves an entry in the journal; its text is its id."""
    given = message(id, of=of, text=id)
    await answer(store, given, journal=[_event(given, at)], delivery=None)


async def erase(store: Store, id: str, *, of: int = 1, at: float = NOON) -> None:
    given = message(id, of=of)
    event = {"kind": "erased", "conversation": given.conversation, "at": at}
    await answer(store, given, journal=[event], delivery=None, forget=True)


def texts(record: Record, of: int = 1) -> list[str]:
    return [row["text"] for row in record.transcript(conversation(of))]


async def left(store: Store) -> int:
    """How many entries the journal still holds."""
    return len(await store.journal().read("recorder-0", most=500, wait=0))


async def test_what_happened_is_recorded_and_taken_off_the_journal(
    store: Store, record: Record
) -> None:
    for number in range(5):
        await say(store, f"{number}", at=NOON + number)
    await say(store, "autre", of=2)
    working = recorder(store.journal(), record)
    assert await working.record_batch(wait=1) == 6
    assert texts(record) == ["0", "1", "2", "3", "4"]
    assert texts(record, of=2) == ["autre"]
    assert await working.record_batch(wait=0) == 0


async def test_recorder_records_what_comes_until_it_is_stopped(
    store: Store, record: Record
) -> None:
    async with running(recorder(store.journal(), record)):
        for number in range(3):
            await say(store, f"{number}", at=NOON + number)
            await until(partial(has_texts, record, number + 1))
    assert await left(store) == 0


class Interrupted(Exception):
    """The process died."""


class DyingJournal:
    """A journal whose reader dies after it has written, before it is done."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        return await self._journal.read(consumer, most=most, wait=wait)

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        raise Interrupted


async def test_crash_between_writing_and_done_doubles_nothing(store: Store, record: Record) -> None:
    await say(store, "1", at=NOON + 1)
    await say(store, "2", at=NOON + 2)
    with pytest.raises(Interrupted):
        await recorder(DyingJournal(store.journal()), record).record_batch(wait=1)
    assert texts(record) == ["1", "2"]
    await say(store, "3", at=NOON + 3)
    async with running(recorder(store.journal(), record)):
        await until(lambda: len(texts(record)) == 3)
    assert texts(record) == ["1", "2", "3"]
    assert await left(store) == 0


async def test_crash_does_not_bring_back_what_was_erased(store: Store, record: Record) -> None:
    await say(store, "avant", at=NOON + 1)
    await erase(store, "/delete", at=NOON + 2)
    await say(store, "après", at=NOON + 3)
    for _ in range(2):
        with pytest.raises(Interrupted):
            await recorder(DyingJournal(store.journal()), record).record_batch(wait=1)
        assert texts(record) == ["après"]
    await recorder(store.journal(), record).record_batch(wait=1)
    assert texts(record) == ["après"]


async def test_erasure_reaches_what_was_recorded_long_before(store: Store, record: Record) -> None:
    working = recorder(store.journal(), record)
    await say(store, "avant", at=NOON)
    await say(store, "voisin", of=17, at=NOON)
    await working.record_batch(wait=1)
    await erase(store, "/delete", at=NOON + 9)
    await working.record_batch(wait=1)
    assert texts(record) == []
    assert texts(record, of=17) == ["voisin"]


async def test_restored_backup_is_erased_again_when_the_recorder_starts(
    store: Store, record: Record, engine: Engine
) -> None:
    await say(store, "avant", at=NOON)
    await recorder(store.journal(), record).record_batch(wait=1)
    with engine.connect() as connection:
        backup = [dict(row) for row in connection.execute(select(turns)).mappings()]
    await erase(store, "/delete", at=NOON + 1)
    await recorder(store.journal(), record).record_batch(wait=1)
    with engine.begin() as connection:
        connection.execute(insert(turns), backup)
    assert texts(record) == ["avant"]
    async with running(recorder(store.journal(), record)):
        await until(lambda: texts(record) == [])


async def test_old_turns_are_dropped_once_an_hour(store: Store, record: Record) -> None:
    clock = Clock()
    working = recorder(store.journal(), record, clock)
    for days in (31, 29, 1):
        await say(store, f"{days}", at=NOON - days * DAY)
    await working.record_batch(wait=1)
    assert await working.drop_old() == 1
    assert texts(record) == ["29", "1"]
    clock.at += DROP_EVERY - 1
    await say(store, "late", of=2, at=NOON - 40 * DAY)
    await working.record_batch(wait=1)
    assert await working.drop_old() == 0
    clock.at += 1
    assert await working.drop_old() == 1
    clock.at = NOON + 1.5 * DAY
    assert await working.drop_old() == 1
    assert texts(record) == ["1"]


async def test_running_recorder_drops_old_turns_by_itself(store: Store, record: Record) -> None:
    await say(store, "vieux", at=NOON - 31 * DAY)
    await say(store, "neuf", of=2)
    async with running(recorder(store.journal(), record)):
        await until(lambda: texts(record, of=2) == ["neuf"])
        await until(lambda: texts(record) == [])


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else holds the database."""
    holder = sqlite3.connect(str(engine.url.database), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.rollback()
        holder.close()


class Life:
    """Counts the rounds of a recorder that went well."""

    def __init__(self) -> None:
        self.rounds = 0

    def __call__(self) -> None:
        self.rounds += 1


async def test_locked_database_is_waited_for_and_nothing_is_lost(
    store: Store, record: Record, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life()
    working = Recorder(
        store.journal(), record, name="recorder-0", kept=Retention(), now=Clock(), show_life=life
    )
    async with running(working):
        await until(lambda: life.rounds > 0)
        with locked(engine):
            await say(store, "secret-1", at=NOON + 1)
            await until(lambda: "Recording waits: OperationalError" in caplog.text)
            rounds = life.rounds
            await say(store, "secret-2", at=NOON + 2)
            await until(lambda: caplog.text.count("Recording waits") >= 2)
            assert life.rounds == rounds
        await until(lambda: len(texts(record)) == 2)
    assert texts(record) == ["secret-1", "secret-2"]
    assert await left(store) == 0
    assert "secret" not in caplog.text


async def test_database_locked_at_the_start_is_waited_for(
    store: Store, record: Record, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    await say(store, "1")
    await erase(store, "/delete", of=2)
    await recorder(store.journal(), record).record_batch(wait=1)
    await say(store, "2", at=NOON + 1)
    with locked(engine):
        working = recorder(store.journal(), record)
        task = asyncio.create_task(working.run())
        await until(lambda: "Recording waits" in caplog.text or task.done())
        assert not task.done(), task.exception()
    await until(lambda: texts(record) == ["1", "2"])
    working.stop()
    await asyncio.wait_for(task, 30)
    with engine.connect() as connection:
        assert len(connection.execute(select(erasures)).all()) == 1


async def test_postgresql_that_went_away_is_waited_for_and_nothing_is_lost(
    store: Store, vault: Vault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if reason := missing():
        pytest.skip(reason)
    with postgres_server() as server:
        engine = open_database(server.url, tmp_path)
        record = Record(engine, vault)
        async with running(recorder(store.journal(), record)):
            await say(store, "1", at=NOON + 1)
            await until(lambda: texts(record) == ["1"])
            server.stop()
            await say(store, "2", at=NOON + 2)
            await until(lambda: caplog.text.count("Recording waits") >= 2)
            await say(store, "3", at=NOON + 3)
            server.start()
            await until(lambda: _try_texts(record) == ["1", "2", "3"])
        engine.dispose()


def _try_texts(record: Record) -> list[str]:
    try:
        return texts(record)
    except Exception as error:
        return [type(error).__name__]


class MissingJournal:
    """A journal in a Redis that is gone for a while."""

    def __init__(self, journal: Journal, failures: int) -> None:
        self._journal = journal
        self._failures = failures

    def _fail(self) -> None:
        if self._failures:
            self._failures -= 1
            raise StoreUnavailable("ConnectionError")

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        self._fail()
        return await self._journal.read(consumer, most=most, wait=wait)

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        await self._journal.done(entries)
        self._fail()


async def test_redis_that_went_away_is_waited_for(store: Store, record: Record) -> None:
    await say(store, "1")
    async with running(recorder(MissingJournal(store.journal(), 2), record)):
        await until(lambda: texts(record) == ["1"])
    assert await left(store) == 0
