"""Messages are taken in durably and once, whoever gives them and however often."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.conversation.messages import IncomingMessage
from bot.store.redis import store as redis_module
from tests.contract.stores import (
    RedisStore,
    Store,
    answer,
    conversation,
    make_vault,
    message,
    take,
    turn_for,
    until,
)

ALL_FIELDS = IncomingMessage(
    conversation=conversation(5),
    platform="discord",
    id="1234567890123456789",
    at=1_800_000_000.25,
    text="Ça va? 🦫\n\u2028 {07} | \x00 \ud83d",
    button="a:vote",
    language_hint="fr",
    return_address={"channel": "9", "nested": {"list": [1, None, "é"]}},
)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(ALL_FIELDS, id="every field"),
        pytest.param(replace(ALL_FIELDS, text=""), id="empty text"),
        pytest.param(replace(ALL_FIELDS, text=None, language_hint=None), id="button only"),
        pytest.param(replace(ALL_FIELDS, button=None, return_address={}), id="text only"),
    ],
)
async def test_message_comes_out_as_it_went_in(store: Store, given: IncomingMessage) -> None:
    assert await store.intake().accept(given) == "accepted"
    claim = await take(store.turns())
    assert claim.message == given


async def test_same_id_is_a_duplicate_whatever_it_says(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    assert await intake.accept(message("1", text="premier")) == "accepted"
    assert await intake.accept(message("1", text="second")) == "duplicate"
    claim = await take(turns)
    assert claim.message.text == "premier"
    assert await turns.commit(claim, turn_for(claim))
    assert await turns.claim(wait=0) is None


async def test_same_id_is_a_duplicate_while_and_after_it_is_answered(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    await intake.accept(message("1"))
    claim = await take(turns)
    assert await intake.accept(message("1")) == "duplicate"
    assert await turns.commit(claim, turn_for(claim))
    assert await intake.accept(message("1")) == "duplicate"
    assert await turns.claim(wait=0) is None


async def test_same_id_is_a_duplicate_after_everything_was_erased(store: Store) -> None:
    await answer(store, message("1"))
    await answer(store, message("2", text="/delete"), forget=True)
    assert await store.intake().accept(message("1")) == "duplicate"
    assert await store.intake().accept(message("2")) == "duplicate"
    assert await store.turns().claim(wait=0) is None


async def test_same_id_in_another_conversation_is_another_message(store: Store) -> None:
    intake = store.intake()
    for of in (1, 2, 17):  # 1 and 17 share a partition
        assert await intake.accept(message("1", of=of)) == "accepted"


async def test_same_id_at_once_is_accepted_once(store: Store) -> None:
    intakes = [store.intake() for _ in range(50)]
    answers = await asyncio.gather(*(intake.accept(message("1")) for intake in intakes))
    assert sorted(answers) == ["accepted"] + ["duplicate"] * 49
    turns = store.turns()
    claim = await take(turns)
    assert claim.message.id == "1"
    assert await turns.commit(claim, turn_for(claim))
    assert await turns.claim(wait=0) is None


async def test_messages_at_once_are_all_kept(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    ids = {f"{number}" for number in range(50)}
    answers = await asyncio.gather(*(intake.accept(message(id)) for id in ids))
    assert answers == ["accepted"] * 50
    seen = []
    for _ in range(50):
        claim = await take(turns)
        seen.append(claim.message.id)
        assert await turns.commit(claim, turn_for(claim))
    assert sorted(seen) == sorted(ids)


async def test_full_inbox_refuses_until_a_turn_is_done(store: Store) -> None:
    intake, turns = store.intake(), store.turns()
    for number in range(100):
        assert await intake.accept(message(f"{number}")) == "accepted"
    assert await intake.accept(message("100")) == "full"
    assert await intake.accept(message("99")) == "duplicate"
    assert await intake.accept(message("1", of=17)) == "accepted"  # others go on
    claim = await take(turns)
    while claim.message.conversation != conversation(1):
        claim = await take(turns)
    assert await turns.commit(claim, turn_for(claim))
    assert await intake.accept(message("100")) == "accepted"  # a refused id is not remembered
    assert await intake.accept(message("101")) == "full"


async def test_id_is_known_for_two_days_then_forgotten(
    redis_store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redis_module.SEEN_MS == 48 * 60 * 60 * 1000
    intake = redis_store.intake()
    await answer(redis_store, message("1"))
    monkeypatch.setattr(redis_module, "SEEN_MS", 20)

    async def is_accepted_again() -> bool:
        return await intake.accept(message("1")) == "accepted"

    await until(is_accepted_again)


async def test_message_of_another_key_file_is_not_read(redis_store: RedisStore) -> None:
    """Somebody who has the data and not the key has nothing; nor does a wrong key pass as empty."""
    await redis_store.intake().accept(message("1"))
    redis_store.vault = make_vault()
    with pytest.raises(Exception, match="BOT_KEY_FILE"):
        await redis_store.turns().claim(wait=0)
