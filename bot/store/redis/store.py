"""Messages, turns, deliveries and the journal in Redis (see `conversation.ports`)."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from redis.exceptions import ResponseError

from bot.conversation.messages import Delivery, IncomingMessage, Platform
from bot.conversation.ports import (
    Accepted,
    Claim,
    ConversationRecord,
    JournalEntry,
    OutboxItem,
    Turn,
)
from bot.errors import StoreUnavailable
from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import PARTITIONS, Keys, partition_of
from bot.store.redis.release_states import ReleaseState, release_states
from bot.store.vault import Vault

LEASE_MS = 6_000
"""How long a worker that died holds a conversation back."""
SEEN_MS = 48 * 3600 * 1000
"""How long a message id is known; Telegram redelivers for 24 hours."""
LAST_MS = 10 * 60 * 1000
"""How long a caller of the web may ask for the same answer again."""
MOST_WAITING = 100
"""Messages one conversation may have waiting; more are refused, so that nobody floods the rest."""
KEPT_SECONDS = 30 * 24 * 3600
"""How long a silent conversation's state is kept."""
GIVEN_SECONDS = 800 * 24 * 3600
"""How long a silent person's consent, views and votes are kept at hand: longer than the record
keeps a view, so that whoever comes back can still take it back."""
BLOCK_MS = 1_000
POLL_SECONDS = 0.02
"""A cluster cannot block on several partitions at once; it is asked this often."""
ALL_PARTITIONS = tuple(range(PARTITIONS))
RECORDERS = "recorder"
SENDERS = "sender"


class RedisIntake:
    """Takes messages in, once each."""

    def __init__(self, connection: Connection, vault: Vault, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = keys

    async def accept(self, message: IncomingMessage) -> Accepted:
        """See `ports.Intake.accept`."""
        keys, conversation = self._keys, message.conversation
        partition = partition_of(conversation)
        answer: bytes = await self._connection.run_script(
            "accept",
            [
                keys.seen(partition),
                keys.inbox(conversation),
                keys.schedule(partition),
                keys.bell(partition),
            ],
            [
                self._vault.mark(f"{conversation} {message.id}"),
                self._vault.lock(message.to_json()),
                conversation,
                SEEN_MS,
                MOST_WAITING,
            ],
        )
        return answer.decode()  # type: ignore[return-value]


class RedisTurns:
    """Hands turns to workers."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        keys: Keys = Keys(),
        *,
        lease_ms: int = LEASE_MS,
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = keys
        self._lease_ms = lease_ms
        self._ready: deque[int] = deque(ALL_PARTITIONS)
        self._claimed = 0

    async def claim(self, *, wait: float) -> Claim | None:
        """See `ports.Turns.claim`."""
        deadline = time.monotonic() + wait
        while True:
            while self._ready:
                claim = await self._claim_in(self._ready[0])
                if claim is not None:
                    self._ready.rotate(-1)
                    self._look_everywhere_at_times()
                    return claim
                self._ready.popleft()
            left = deadline - time.monotonic()
            if left <= 0:
                self._ready.extend(ALL_PARTITIONS)  # the next call looks for lapsed leases
                return None
            await self._wait_for_bell(left)

    def _look_everywhere_at_times(self) -> None:
        """Busy partitions keep us from hearing the bells of others, so these get their turn too."""
        self._claimed += 1
        if self._claimed % PARTITIONS == 0:
            self._ready.extend(set(ALL_PARTITIONS).difference(self._ready))

    async def _wait_for_bell(self, seconds: float) -> None:
        if self._connection.is_cluster:
            await asyncio.sleep(min(seconds, POLL_SECONDS))
            self._ready.extend(ALL_PARTITIONS)
            return
        bells = [self._keys.bell(partition) for partition in ALL_PARTITIONS]
        with store_errors():
            rung = await self._connection.client.blpop(bells, timeout=max(0.05, min(seconds, 1.0)))
        if rung is None:
            self._ready.extend(ALL_PARTITIONS)
        else:
            self._ready.append(bells.index(rung[0].decode()))

    async def _claim_in(self, partition: int) -> Claim | None:
        keys, token = self._keys, secrets.token_hex(8)
        taken = await self._connection.run_script(
            "claim",
            [keys.schedule(partition), keys.leases(partition), keys.attempts(partition)],
            [token, self._lease_ms],
        )
        if not taken:
            return None
        conversation, attempts = taken[0].decode(), int(taken[1])
        with store_errors():
            async with self._connection.client.pipeline(transaction=False) as pipeline:
                pipeline.lindex(keys.inbox(conversation), 0)
                pipeline.get(keys.state(conversation))
                pipeline.lrange(keys.events(conversation), 0, -1)
                pipeline.get(keys.given(conversation))
                head, state, events, given = await pipeline.execute()
        if head is None:  # the claim lapsed just now, and another worker answered
            await self._release(conversation, token)
            return None
        unlock = self._vault.unlock
        return Claim(
            message=IncomingMessage.from_json(unlock(head)),
            record=ConversationRecord(
                state=unlock(state) if state else {},
                events=tuple(unlock(item) for item in events),
                given=unlock(given) if given else {},
            ),
            token=token,
            attempts=attempts,
        )

    async def renew(self, claim: Claim) -> bool:
        """See `ports.Turns.renew`."""
        conversation = claim.message.conversation
        partition = partition_of(conversation)
        return bool(
            await self._connection.run_script(
                "renew",
                [self._keys.schedule(partition), self._keys.leases(partition)],
                [conversation, claim.token, self._lease_ms],
            )
        )

    async def release(self, claim: Claim) -> None:
        """See `ports.Turns.release`."""
        await self._release(claim.message.conversation, claim.token)

    async def _release(self, conversation: str, token: str) -> None:
        partition = partition_of(conversation)
        keys = self._keys
        await self._connection.run_script(
            "release",
            [
                keys.schedule(partition),
                keys.leases(partition),
                keys.attempts(partition),
                keys.bell(partition),
                keys.inbox(conversation),
            ],
            [conversation, token],
        )

    async def commit(self, claim: Claim, turn: Turn) -> bool:
        """See `ports.Turns.commit`."""
        message, keys, lock = claim.message, self._keys, self._vault.lock
        conversation = message.conversation
        partition = partition_of(conversation)
        delivery = lock(turn.delivery.to_json()) if turn.delivery else b""
        written = await self._connection.run_script(
            "commit",
            [
                keys.schedule(partition),
                keys.leases(partition),
                keys.attempts(partition),
                keys.bell(partition),
                keys.inbox(conversation),
                keys.state(conversation),
                keys.events(conversation),
                keys.journal(partition),
                keys.outbox(partition, message.platform),
                keys.counts(partition),
                keys.last(conversation),
                keys.given(conversation),
            ],
            [
                conversation,
                claim.token,
                lock(turn.state),
                lock(list(turn.events)) if turn.events else b"",
                turn.keep,
                KEPT_SECONDS,
                delivery,
                LAST_MS if message.platform == "web" else 0,
                "1" if turn.forget else "0",
                _counted(message.platform, turn),
                b"" if turn.given is None else lock(turn.given),
                GIVEN_SECONDS,
                self._vault.mark(f"outbox {conversation}"),
                *(lock(dict(event)) for event in turn.journal),
            ],
        )
        return bool(written)


def _counted(platform: Platform, turn: Turn) -> str:
    if turn.delivery is None or not turn.delivery.replies:
        return ""
    reply = turn.delivery.replies[0]
    return f"{platform}|{reply.language}|{reply.answer}"


class _Streams:
    """Reading one kind of stream over all partitions, on one Redis or on a cluster."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def make_groups(self, names: Sequence[str], group: str) -> None:
        with store_errors():
            for name in names:
                try:
                    await self._connection.client.xgroup_create(name, group, id="0", mkstream=True)
                except ResponseError as error:
                    if "BUSYGROUP" not in str(error):
                        raise

    async def read_group(
        self,
        names: Sequence[str],
        group: str,
        consumer: str,
        *,
        start: str,
        most: int | None,
        wait: float,
    ) -> list[tuple[str, bytes, dict[bytes, bytes]]]:
        """Entries as (stream, position, fields); `start` is `>` for new ones, `0` for one's own."""
        client = self._connection.client
        with store_errors():
            if not self._connection.is_cluster:
                block = max(1, int(wait * 1000)) if start == ">" and wait > 0 else None
                found = await client.xreadgroup(
                    group, consumer, dict.fromkeys(names, start), count=most, block=block
                )
                return _flat(found)
            entries: list[tuple[str, bytes, dict[bytes, bytes]]] = []
            for name in names:
                found = await client.xreadgroup(group, consumer, {name: start}, count=most)
                entries += _flat(found)
        if not entries and start == ">" and wait > 0:
            await asyncio.sleep(min(wait, POLL_SECONDS))
        return entries

    async def take_over(
        self, names: Sequence[str], group: str, consumer: str, idle_ms: int
    ) -> None:
        """Make one's own what another consumer took and left lying for so long."""
        with store_errors():
            for name in names:
                place: Any = b"0-0"
                while True:
                    place, *_ = await self._connection.client.xautoclaim(
                        name, group, consumer, min_idle_time=idle_ms, start_id=place, count=100
                    )
                    if place == b"0-0":
                        break

    async def take_off(
        self, name: str, group: str, positions: Sequence[str], *, sent: str | None = None
    ) -> None:
        """Take finished entries off, with what `sent` knows of them, at once."""
        keys = [name] if sent is None else [name, sent]
        await self._connection.run_script("take_off", keys, [group, *positions])


def _flat(found: Any) -> list[tuple[str, bytes, dict[bytes, bytes]]]:
    pairs = found.items() if isinstance(found, dict) else found or ()
    flat = []
    for name, entries in pairs:
        batches = entries if entries and isinstance(entries[0], list) else [entries]
        for batch in batches:
            flat += [(name.decode(), position, fields) for position, fields in batch if fields]
    return flat


class RedisOutbox:
    """What waits to be sent to a platform."""

    TAKE_OVER_MS = 60_000

    def __init__(self, connection: Connection, vault: Vault, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = keys
        self._streams = _Streams(connection)
        self.on_look: Callable[[], None] = lambda: None
        """Called each time new entries were looked for: a sign of life of the reader."""

    async def read(self, platform: Platform, consumer: str) -> AsyncIterator[OutboxItem]:
        """See `ports.Outbox.read`; never ends."""
        names = [self._keys.outbox(partition, platform) for partition in ALL_PARTITIONS]
        await self._streams.make_groups(names, SENDERS)
        await self._streams.take_over(names, SENDERS, consumer, self.TAKE_OVER_MS)
        unfinished = await self._streams.read_group(
            names, SENDERS, consumer, start="0", most=None, wait=0
        )
        for _, position, fields in unfinished:
            yield await self._item(platform, position, fields, is_redelivered=True)
        while True:
            entries = await self._streams.read_group(
                names, SENDERS, consumer, start=">", most=50, wait=BLOCK_MS / 1000
            )
            self.on_look()
            for _, position, fields in entries:
                yield await self._item(platform, position, fields, is_redelivered=False)

    async def _item(
        self,
        platform: Platform,
        position: bytes,
        fields: dict[bytes, bytes],
        *,
        is_redelivered: bool,
    ) -> OutboxItem:
        delivery = Delivery.from_json(self._vault.unlock(fields[b"d"]))
        sent = None
        if is_redelivered:
            partition = partition_of(delivery.conversation)
            with store_errors():
                sent = await self._connection.client.hget(
                    self._keys.sent(partition, platform), position
                )
        return OutboxItem(
            position=f"{platform}|{position.decode()}",
            delivery=delivery,
            sent=int(sent or 0),
            is_redelivered=is_redelivered,
        )

    async def note_sent(self, item: OutboxItem, sent: int) -> None:
        """See `ports.Outbox.note_sent`."""
        platform, position = item.position.split("|")
        partition = partition_of(item.delivery.conversation)
        with store_errors():
            await self._connection.client.hset(
                self._keys.sent(partition, platform), position, str(sent)
            )

    async def done(self, item: OutboxItem) -> None:
        """See `ports.Outbox.done`."""
        platform, position = item.position.split("|")
        partition = partition_of(item.delivery.conversation)
        await self._streams.take_off(
            self._keys.outbox(partition, platform),
            SENDERS,
            [position],
            sent=self._keys.sent(partition, platform),
        )


class RedisReplies:
    """Answers for those who wait on the web; every web process hears every one."""

    def __init__(self, connection: Connection, vault: Vault, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = keys

    async def listen(self) -> AsyncIterator[tuple[str, Delivery]]:
        """See `ports.Replies.listen`; never ends."""
        places: dict[str, Any] = {}
        for partition in ALL_PARTITIONS:
            name = self._keys.outbox(partition, "web")
            with store_errors():
                newest = await self._connection.client.xrevrange(name, count=1)
            places[name] = newest[0][0] if newest else "0-0"
        while True:
            for name, position, fields in await self._read_after(places):
                places[name] = position
                yield position.decode(), Delivery.from_json(self._vault.unlock(fields[b"d"]))

    async def _read_after(
        self, places: dict[str, Any]
    ) -> list[tuple[str, bytes, dict[bytes, bytes]]]:
        client = self._connection.client
        with store_errors():
            if not self._connection.is_cluster:
                return _flat(await client.xread(dict(places), count=200, block=BLOCK_MS))
            entries = []
            for name, place in places.items():
                entries += _flat(await client.xread({name: place}, count=200))
        if not entries:
            await asyncio.sleep(POLL_SECONDS)
        return entries

    async def discard(self, position: str, conversation: str) -> None:
        """See `ports.Replies.discard`."""
        with store_errors():
            await self._connection.client.xdel(
                self._keys.outbox(partition_of(conversation), "web"), position
            )

    async def last(self, conversation: str) -> Delivery | None:
        """See `ports.Replies.last`."""
        with store_errors():
            blob = await self._connection.client.get(self._keys.last(conversation))
        return Delivery.from_json(self._vault.unlock(blob)) if blob else None


class RedisJournal:
    """What happened, for the recorder."""

    TAKE_OVER_MS = 30_000

    def __init__(self, connection: Connection, vault: Vault, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._vault = vault
        self._names = [keys.journal(partition) for partition in ALL_PARTITIONS]
        self._streams = _Streams(connection)
        self._is_started = False

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        """See `ports.Journal.read`."""
        try:
            return await self._read(consumer, most=most, wait=wait)
        except StoreUnavailable:
            self._is_started = False  # a Redis that comes back empty has no groups
            raise

    async def _read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        if not self._is_started:
            await self._streams.make_groups(self._names, RECORDERS)
            await self._streams.take_over(self._names, RECORDERS, consumer, self.TAKE_OVER_MS)
            self._is_started = True
        entries = await self._streams.read_group(
            self._names, RECORDERS, consumer, start="0", most=most, wait=0
        ) or await self._streams.read_group(
            self._names, RECORDERS, consumer, start=">", most=most, wait=wait
        )
        return [
            JournalEntry(f"{name}|{position.decode()}", self._vault.unlock(fields[b"e"]))
            for name, position, fields in entries
        ]

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        """See `ports.Journal.done`."""
        places: dict[str, list[str]] = {}
        for entry in entries:
            name, position = entry.position.rsplit("|", 1)
            places.setdefault(name, []).append(position)
        for name, positions in places.items():
            await self._streams.take_off(name, RECORDERS, positions)


class RedisHealth:
    """Whether a message would be answered, and the figures of `/metrics`."""

    ALIVE_MS = 10_000
    RELEASES_SECONDS = 24 * 3600.0

    def __init__(self, connection: Connection, keys: Keys = Keys()) -> None:
        self._connection = connection
        self._keys = keys

    async def show_life(self, worker: str) -> None:
        """Called every other second by each engine worker; `name@release` tells what it speaks."""
        now = int(time.time() * 1000)
        with store_errors():
            async with self._connection.client.pipeline(transaction=False) as pipeline:
                pipeline.zadd(self._keys.engines(), {worker: now})
                pipeline.zremrangebyscore(self._keys.engines(), "-inf", now - 3_600_000)
                await pipeline.execute()

    async def leave(self, worker: str) -> None:
        """Called by a worker that stops."""
        with store_errors():
            await self._connection.client.zrem(self._keys.engines(), worker)

    async def engines_alive(self) -> int:
        """How many engine workers showed life in the last seconds."""
        since = int(time.time() * 1000) - self.ALIVE_MS
        with store_errors():
            return int(await self._connection.client.zcount(self._keys.engines(), since, "+inf"))

    async def note_release(self, release: str, engine: str, state: str, why: str = "") -> None:
        """Called by an engine that takes a release: `starting`, then `live` or `failed`."""
        now = time.time()
        note = json.dumps({"state": state, "why": why, "at": now}, ensure_ascii=False)
        name = self._keys.releases()
        with store_errors():
            noted = await self._connection.client.hgetall(name)
            old = [
                field
                for field, value in noted.items()
                if now - json.loads(value)["at"] > self.RELEASES_SECONDS
            ]
            if old:
                await self._connection.client.hdel(name, *old)
            await self._connection.client.hset(name, f"{release} {engine}", note)

    async def releases(self) -> dict[str, ReleaseState]:
        """How each release came to the engines, and how many speak it now."""
        since = int(time.time() * 1000) - self.ALIVE_MS
        with store_errors():
            noted = await self._connection.client.hgetall(self._keys.releases())
            alive = await self._connection.client.zrangebyscore(self._keys.engines(), since, "+inf")
        return release_states(
            {field.decode(): json.loads(value) for field, value in noted.items()},
            [worker.decode() for worker in alive],
            time.time(),
        )

    async def waiting(self) -> tuple[int, float]:
        """How many conversations wait or are being answered, and for how long the first, in s."""
        total, oldest = 0, 0.0
        now = time.time() * 1000
        with store_errors():
            for partition in ALL_PARTITIONS:
                name = self._keys.schedule(partition)
                total += int(await self._connection.client.zcard(name))
                first = await self._connection.client.zrange(name, 0, 0, withscores=True)
                if first:
                    oldest = max(oldest, (now - float(first[0][1])) / 1000)
        return total, oldest

    async def counts(self) -> dict[tuple[str, str, str], int]:
        """Turns by platform, language and answer."""
        totals: dict[tuple[str, str, str], int] = {}
        with store_errors():
            for partition in ALL_PARTITIONS:
                found = await self._connection.client.hgetall(self._keys.counts(partition))
                for label, count in found.items():
                    platform, language, answer = label.decode().split("|")
                    key = (platform, language, answer)
                    totals[key] = totals.get(key, 0) + int(count)
        return totals


async def wait_for_redis(connection: Connection, *, seconds: float) -> None:
    """Wait until Redis answers.

    Raises:
        StoreUnavailable: it did not within that time.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await connection.ping()
        except StoreUnavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
