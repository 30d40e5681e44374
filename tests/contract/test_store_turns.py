"""A conversation is in one hand at a time, in order, and a turn is written wholly or not at all."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.ports import Claim, ConversationRecord, Turns
from tests.contract.stores import (
    PATIENCE,
    OpenStore,
    RedisStore,
    Store,
    answer,
    conversation,
    events_of,
    message,
    reply,
    some,
    take,
    turn_for,
)

CLOCK_STEP = 0.005
"""Seconds by which two clocks that count in milliseconds may differ."""


async def test_nothing_waiting_is_no_claim(store: Store) -> None:
    assert await store.turns().claim(wait=0) is None
    assert await store.turns().claim(wait=0.1) is None


async def test_claim_waits_for_a_message_that_comes(store: Store) -> None:
    waiting = asyncio.create_task(take(store.turns()))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await store.intake().accept(message("1"))
    assert (await waiting).message.id == "1"


async def test_first_claim_of_a_conversation_knows_nothing_of_it(store: Store) -> None:
    await store.intake().accept(message("1"))
    claim = await take(store.turns())
    assert claim.record == ConversationRecord()
    assert claim.attempts == 1


async def test_held_conversation_is_not_handed_out_again(store: Store) -> None:
    intake = store.intake()
    for id, of in (("1", 1), ("2", 1), ("3", 17), ("4", 2)):
        await intake.accept(message(id, of=of))
    claims = [await take(store.turns()) for _ in range(3)]
    assert sorted(claim.message.id for claim in claims) == ["1", "3", "4"]
    assert await store.turns().claim(wait=0) is None
    held = next(claim for claim in claims if claim.message.id == "1")
    assert await store.turns().commit(held, turn_for(held))
    assert (await take(store.turns())).message.id == "2"


async def test_busy_conversations_do_not_hold_back_others(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    waiting = asyncio.create_task(take(turns))
    await asyncio.sleep(0.05)
    for busy in (1, 17):  # of one partition
        await intake.accept(message(f"first-{busy}", of=busy))
    claim = await waiting
    await intake.accept(message("alone", of=2))
    served = []
    for number in range(100):
        assert await turns.commit(claim, turn_for(claim))
        await intake.accept(replace(claim.message, id=f"again-{number}"))
        claim = await take(turns)
        served.append(claim.message.id)
        if served[-1] == "alone":
            return
    raise AssertionError("a hundred turns of two others came first")


async def test_commit_is_seen_by_the_next_turn(store: Store) -> None:
    await answer(store, message("1"), state={"language": "fr"}, events=[{"n": 1}, {"n": 2}])
    await answer(store, message("2"), state={"language": "en"}, events=[])
    await answer(store, message("3"), state={"language": "en", "é": [1]}, events=[{"n": 3}])
    await store.intake().accept(message("4"))
    claim = await take(store.turns())
    assert claim.message.id == "4"
    assert claim.record.state == {"language": "en", "é": [1]}
    assert [list(turn) for turn in claim.record.events] == [[{"n": 1}, {"n": 2}], [{"n": 3}]]
    assert claim.attempts == 1


@pytest.mark.parametrize(
    ("keep", "remembered"),
    [
        pytest.param(0, ["1", "2", "3", "4"], id="0 keeps all"),
        pytest.param(1, ["4"], id="the last"),
        pytest.param(3, ["2", "3", "4"], id="the last three"),
        pytest.param(9, ["1", "2", "3", "4"], id="more than there are"),
    ],
)
async def test_old_events_are_dropped(store: Store, keep: int, remembered: list[str]) -> None:
    await answer(store, *(message(id) for id in "123"))
    await answer(store, message("4"), keep=keep)
    assert await events_of(store, 1) == remembered


async def test_turn_without_events_drops_old_ones_too(store: Store) -> None:
    await answer(store, *(message(id) for id in "123"))
    await answer(store, message("4"), events=[], keep=2)
    assert await events_of(store, 1) == ["2", "3"]


async def test_commit_a_second_time_writes_nothing(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    await intake.accept(message("1"))
    await intake.accept(message("2"))
    claim = await take(turns)
    assert await turns.commit(claim, turn_for(claim))
    assert not await turns.commit(claim, turn_for(claim))
    assert (await take(turns)).message.id == "2"


async def test_released_message_is_for_anybody_as_if_untouched(store: Store) -> None:
    first, second = store.turns(), store.turns()
    await store.intake().accept(message("1"))
    claim = await take(first)
    await first.release(claim)
    again = await take(second)
    assert (again.message, again.attempts) == (claim.message, 1)
    assert not await first.commit(claim, turn_for(claim))
    assert await second.commit(again, turn_for(again))


async def test_dead_workers_message_is_taken_again_and_counted(open_store: OpenStore) -> None:
    store: Store = await open_store(lease_ms=40)
    await store.intake().accept(message("1"))
    await store.intake().accept(message("2"))
    for attempts in (1, 2, 3):
        claim = await take(store.turns())
        assert (claim.message.id, claim.attempts) == ("1", attempts)
    assert await store.turns().commit(claim, turn_for(claim))
    claim = await take(store.turns())
    assert (claim.message.id, claim.attempts) == ("2", 1)


async def test_lapsed_claim_can_do_nothing(open_store: OpenStore) -> None:
    store: Store = await open_store(lease_ms=40)
    await store.intake().accept(message("1", platform="web"))
    await store.intake().accept(message("2", platform="web"))
    turns = store.turns()
    lapsed, holder = await take(turns), await take(store.turns())
    before = store.contents() if isinstance(store, RedisStore) else None
    assert not await turns.renew(lapsed)
    await turns.release(lapsed)
    assert not await turns.commit(lapsed, turn_for(lapsed, reply("Trop tard!")))
    assert not await turns.commit(lapsed, turn_for(lapsed, forget=True))
    if isinstance(store, RedisStore):
        assert store.contents() == before
    assert await store.replies().last(conversation(1)) is None
    assert await store.journal().read("r", most=10, wait=0) == []
    assert await turns.commit(holder, turn_for(holder))
    following = await take(turns)
    assert following.message.id == "2"
    assert [event["id"] for turn in following.record.events for event in turn] == ["1"]


async def test_whole_turn_is_written_at_once(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    await intake.accept(message("1"))
    claim = await take(turns)
    assert await store.journal().read("r", most=10, wait=0) == []
    turn = turn_for(claim, reply("un"), reply("deux"), journal=[{"n": 1}, {"n": 2}])
    assert await turns.commit(claim, turn)
    (item,) = await some(store.outbox().read("telegram", "s"), 1)
    assert item.delivery == turn.delivery
    entries = await store.journal().read("r", most=10, wait=0)
    assert [entry.event for entry in entries] == [{"n": 1}, {"n": 2}]
    assert await turns.claim(wait=0) is None  # the inbox is empty
    assert await events_of(store, 1) == ["1"]


async def test_turn_without_delivery_or_journal_sends_and_records_nothing(store: Store) -> None:
    await answer(store, message("1"), delivery=None, journal=[])
    await answer(store, message("2"))
    (item,) = await some(store.outbox().read("telegram", "s"), 1)
    assert item.delivery.message_id == "2"
    entries = await store.journal().read("r", most=10, wait=0)
    assert [entry.event["id"] for entry in entries] == ["2"]


async def test_forgotten_conversation_begins_anew(store: Store) -> None:
    await answer(store, message("1", platform="web"))
    await store.intake().accept(message("2", platform="web", text="/delete"))
    await store.intake().accept(message("3", platform="web"))  # written before the answer came
    turns = store.turns()
    claim = await take(turns)
    erased = {"kind": "erased", "conversation": claim.message.conversation}
    assert await turns.commit(claim, turn_for(claim, forget=True, journal=[erased]))
    assert await store.replies().last(conversation(1)) is None
    following = await take(turns)
    assert (following.message.id, following.record) == ("3", ConversationRecord())
    entries = await store.journal().read("r", most=10, wait=0)
    assert [entry.event["kind"] for entry in entries] == ["turn", "erased"]


async def test_answer_that_all_is_erased_is_still_delivered(store: Store) -> None:
    await answer(store, message("1"), forget=True)
    (item,) = await some(store.outbox().read("telegram", "s"), 1)
    assert item.delivery.message_id == "1"


async def test_other_conversations_are_not_forgotten(store: Store) -> None:
    for of in (1, 17, 2):
        await answer(store, message("1", of=of))
    await answer(store, message("2", of=1), forget=True)
    for of, remembered in ((1, []), (17, ["1"]), (2, ["1"])):
        assert await events_of(store, of) == remembered


async def test_message_is_not_stranded_by_a_claim_that_lapsed_half_way(
    open_redis_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker stalls between taking a conversation and reading its inbox. Meanwhile another
    answers; and just after the first found the inbox empty, the next message comes.
    """
    stalling: RedisStore = await open_redis_store(lease_ms=1)
    store: RedisStore = await open_redis_store()
    client, run_script = stalling.connection.client, stalling.connection.run_script
    make_pipeline = client.pipeline

    async def run_slowly(name: str, *rest: Any) -> Any:
        taken = await run_script(name, *rest)
        if name == "claim" and taken:
            await _answer_next(store)
        return taken

    def pipeline(**options: Any) -> Any:
        made = make_pipeline(**options)
        execute = made.execute

        async def execute_then_hear() -> Any:
            found = await execute()
            assert found[0] is None, "the inbox should be empty by now"
            await store.intake().accept(message("2"))
            return found

        made.execute = execute_then_hear
        return made

    await store.intake().accept(message("1"))
    monkeypatch.setattr(stalling.connection, "run_script", run_slowly)
    monkeypatch.setattr(client, "pipeline", pipeline)
    assert await stalling.turns().claim(wait=0) is None
    assert (await take(store.turns())).message.id == "2"


async def _answer_next(store: Store) -> None:
    turns = store.turns()
    claim = await take(turns)
    assert await turns.commit(claim, turn_for(claim))


async def test_renewed_claim_is_not_taken(open_store: OpenStore) -> None:
    lease = 0.5
    store: Store = await open_store(lease_ms=int(lease * 1000))
    await store.intake().accept(message("1"))
    turns = store.turns()
    renewed = time.monotonic()
    claim = await take(turns)
    thief = asyncio.create_task(_taken_at(store.turns(), wait=4 * lease))
    try:
        while not thief.done():
            asked = time.monotonic()
            if await turns.renew(claim):
                renewed = asked
            await asyncio.sleep(0.02)
        taken = thief.result()
        assert taken is None or taken - renewed >= lease - CLOCK_STEP
    finally:
        thief.cancel()


async def _taken_at(turns: Turns, *, wait: float) -> float | None:
    return None if await turns.claim(wait=wait) is None else time.monotonic()


class Witness:
    """Sees the claims and commits of the workers below, and what should not be."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._holders: dict[str, tuple[Claim, float]] = {}
        self.deaths = 0
        self.takeovers = 0
        self.committed: Counter[tuple[str, str]] = Counter()

    def claimed(self, claim: Claim, asked: float) -> None:
        """The holder before, if there is one, must have had its whole lease."""
        held = self._holders.get(claim.message.conversation)
        if held is not None:
            assert time.monotonic() - held[1] >= self._lease - CLOCK_STEP, "two holders"
            self.takeovers += 1
        self._holders[claim.message.conversation] = (claim, asked)

    def let_go(self, claim: Claim) -> None:
        held = self._holders.get(claim.message.conversation)
        if held is not None and held[0] is claim:
            del self._holders[claim.message.conversation]

    def saw_commit(self, claim: Claim) -> None:
        self.committed[claim.message.conversation, claim.message.id] += 1

    @property
    def count(self) -> int:
        return sum(self.committed.values())


async def _work(store: Store, witness: Witness, total: int, seed: int) -> None:
    """A worker that dies, and is replaced, in the middle of some turns."""
    chance, turns = random.Random(seed), store.turns()
    while witness.count < total:
        asked = time.monotonic()
        claim = await turns.claim(wait=0.1)
        if claim is None:
            continue
        witness.claimed(claim, asked)
        await asyncio.sleep(chance.random() * 0.004)
        if chance.random() < 0.04:
            witness.deaths += 1
            turns = store.turns()
            continue
        witness.let_go(claim)
        if await turns.commit(claim, turn_for(claim)):
            witness.saw_commit(claim)


async def test_workers_that_die_answer_each_message_once_and_in_order(
    open_store: OpenStore,
) -> None:
    lease, people, each = 0.6, range(30), 20
    store: Store = await open_store(lease_ms=int(lease * 1000))
    witness = Witness(lease)
    total = len(people) * each
    workers = [asyncio.create_task(_work(store, witness, total, seed)) for seed in range(8)]
    intake = store.intake()
    for number in range(each):
        for of in people:
            assert await intake.accept(message(f"{number}", of=of)) == "accepted"
    await asyncio.wait_for(asyncio.gather(*workers), 150)
    assert witness.deaths > 0
    assert witness.takeovers >= witness.deaths
    assert set(witness.committed.values()) == {1}
    wanted = [f"{number}" for number in range(each)]
    assert await _delivered(store, total) == {conversation(of): wanted for of in people}
    assert await _recorded(store, total) == {conversation(of): wanted for of in people}
    for of in people:
        assert await events_of(store, of) == wanted


async def _delivered(store: Store, count: int) -> dict[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in await some(store.outbox().read("telegram", "s"), count):
        found[item.delivery.conversation].append(item.delivery.message_id)
    return dict(found)


async def _recorded(store: Store, count: int) -> dict[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    entries = await store.journal().read("r", most=count, wait=PATIENCE)
    for entry in entries:
        found[entry.event["conversation"]].append(entry.event["id"])
    return dict(found)
