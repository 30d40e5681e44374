"""What waits in the outbox reaches people on Discord: in order, once, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.discord import sending
from bot.conversation.identity import file_token
from bot.conversation.messages import Button, Image, IncomingMessage, Reply, Source
from bot.conversation.ports import OutboxItem
from bot.errors import StoreUnavailable
from bot.store.memory import MemoryFiles
from tests.contract.discord_bot import (
    IDENTITY_KEY,
    MemoryStore,
    adapter_for,
    discord_bot,
    library,
    running,
    silent,
)
from tests.platforms.discord_server import DiscordServer
from tests.platforms.discord_state import BotMessage

LONG = "\n\n".join(letter * 1_500 for letter in "abc")


def _say(*texts: str) -> list[Reply]:
    return [Reply("test", "en", text) for text in texts]


def _numbered(message: IncomingMessage) -> Sequence[Reply]:
    """Two answers for each message."""
    return _say(f"{message.text}, first", f"{message.text}, second")


def _contents(messages: Sequence[BotMessage]) -> list[str]:
    return [message.content for message in messages]


def _writes(discord: DiscordServer, method: str, part: str) -> list[int]:
    """The status of each such request."""
    return [
        status for verb, path, status in discord.state.requests if verb == method and part in path
    ]


async def _asked(
    discord: DiscordServer, store: MemoryStore, place: str = "direct"
) -> IncomingMessage:
    """What somebody new said: a `direct` message, or a command in a `guild` or a direct channel."""
    count, user = len(store.messages), discord.create_user()
    if place == "direct":
        discord.send_dm(user, "?")
    else:
        room = discord.create_channel(discord.create_guild()) if place == "guild" else None
        await discord.wait_until_registered()
        discord.slash(user, "ask", {"question": "?"}, channel=room)
    await discord.wait_until(lambda: len(store.messages) > count)
    return store.messages[-1]


async def test_first_reply_takes_the_deferred_place_and_others_follow() -> None:
    async with discord_bot(_numbered) as (discord, _):
        user = discord.create_user()
        room = discord.create_channel(discord.create_guild())
        asked = discord.slash(user, "ask", {"question": "Why"}, channel=room)
        shown = await discord.wait_for_messages(2, interaction=asked)
    assert _contents(shown) == ["Why, first", "Why, second"]
    assert [message.is_ephemeral for message in shown] == [True, True]
    assert [len(message.edits) for message in shown] == [1, 0]


async def test_direct_messages_reply_once_and_carry_nonces_that_differ() -> None:
    async with discord_bot(_numbered) as (discord, _):
        user = discord.create_user()
        asked = discord.send_dm(user, "Why")
        shown = await discord.wait_for_messages(2, user=user)
    assert _contents(shown) == ["Why, first", "Why, second"]
    assert [message.reply_to for message in shown] == [asked, None]
    nonces = [message.body["nonce"] for message in shown]
    assert len(set(nonces)) == 2
    assert all(message.body["enforce_nonce"] for message in shown)


async def test_answer_comes_though_the_question_was_deleted() -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store)
        discord.delete_message(message.id.removeprefix("m"))
        store.put(message, _say("still here"))
        [shown] = await discord.wait_for_messages(1)
    assert shown.content == "still here"


@pytest.mark.parametrize("place", ["direct", "guild"])
async def test_long_answer_is_split_and_has_its_buttons_at_the_end(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store, place)
        source = Source("Plan *2018*", "https://open.canada.ca/a_b")
        buttons = (Button("More", "m:test"),)
        store.put(message, [Reply("test", "fr", LONG, buttons, (source,))])
        shown = await discord.wait_for_messages(3)
    assert _contents(shown)[:2] == ["a" * 1_500, "b" * 1_500]
    text, sources = shown[2].content.split("\n\n")
    assert text == "c" * 1_500
    assert sources == "Source :\nPlan \\*2018\\* <https://open.canada.ca/a_b>"
    assert [message.buttons for message in shown] == [[], [], [("More", "m:test")]]


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
IMAGE = Image("/pictures/views.png", "A map")
BUTTONS = (Button("More", "m:test"),)


@pytest.mark.parametrize("place", ["direct", "command in a direct channel", "guild"])
async def test_picture_of_ours_is_attached_with_its_words(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        await store.files.put("views.png", PICTURE, seconds=60)
        message = await _asked(discord, store, place)
        store.put(message, [Reply("test", "en", "Look", BUTTONS, image=IMAGE)])
        [shown] = await discord.wait_for_messages(1)
        await discord.wait_until(lambda: store.waiting == {})
        reads = await store.files.read("views.png")
    assert shown.content == "Look"
    assert shown.buttons == [("More", "m:test")]
    assert shown.files == [{"filename": "views.png", "description": "A map", "content": PICTURE}]
    assert shown.is_ephemeral == (place == "guild")
    assert shown.body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert reads == PICTURE  # others may want to see it


@pytest.mark.parametrize("place", ["direct", "guild"])
async def test_words_alone_stand_for_a_picture_that_is_gone(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store, place)
        store.put(message, [Reply("test", "en", "Look", BUTTONS, image=IMAGE)])
        [shown] = await discord.wait_for_messages(1)
    assert (shown.content, shown.files) == ("Look\n\nA map", [])
    assert shown.buttons == [("More", "m:test")]


async def test_words_alone_stand_for_a_picture_that_is_not_allowed() -> None:
    async with discord_bot(silent) as (discord, store):
        await store.files.put("views.png", PICTURE, seconds=60)
        message = await _asked(discord, store)
        discord.fail("POST", "/messages", status=403, code=50013)
        store.put(message, [Reply("test", "en", "Look", BUTTONS, image=IMAGE)])
        [shown] = await discord.wait_for_messages(1)
    assert (shown.content, shown.files) == ("Look\n\nA map", [])


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", ["direct", "guild"])
async def test_picture_arrives_once_after_trouble(place: str, is_after: bool) -> None:
    async with discord_bot(silent) as (discord, store):
        await store.files.put("views.png", PICTURE, seconds=60)
        message = await _asked(discord, store, place)
        method, path = ("POST", "/messages") if place == "direct" else ("PATCH", "/@original")
        discord.fail(method, path, is_drop=True, is_after=is_after)
        store.put(message, [Reply("test", "en", "Look", image=IMAGE)])
        await discord.wait_until(lambda: store.waiting == {})
        [shown] = discord.messages()
        tries = _writes(discord, method, path)
    assert [file["content"] for file in shown.files] == [PICTURE]
    assert len(tries) == 2


def _token(message: IncomingMessage) -> str:
    return file_token(IDENTITY_KEY, message.conversation)


@pytest.mark.parametrize("place", ["direct", "command in a direct channel", "guild"])
async def test_file_about_the_person_follows_its_answer_and_is_dropped(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store, place)
        store.put(message, [Reply("my_data", "en", "Here", file="parlouvert.json")])
        await discord.wait_for_messages(1)
        await store.files.put(_token(message), b'{"views": []}', seconds=60)
        first, second = await discord.wait_for_messages(2)
        await discord.wait_until(lambda: store.waiting == {})
        left = await store.files.read(_token(message))
    assert (first.content, first.files) == ("Here", [])
    assert second.content == ""
    assert second.files == [
        {"filename": "parlouvert.json", "description": None, "content": b'{"views": []}'}
    ]
    assert second.is_ephemeral == (place == "guild")
    assert left is None


async def test_file_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sending.FILE_SECONDS == 10
    monkeypatch.setattr(sending, "FILE_SECONDS", 0.5)
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store)
        reply = Reply("my_data", "en", "Here", file="parlouvert.json")
        store.put(message, [reply, *_say("after")])
        await discord.wait_until(lambda: store.waiting == {})
        shown = discord.messages()
    assert _contents(shown) == ["Here", "after"]


async def test_file_about_a_person_is_not_sent_where_others_read() -> None:
    async with discord_bot(silent) as (discord, store):
        user, room = discord.create_user(), discord.create_channel(discord.create_guild())
        discord.send_in_guild(user, room, "my data", mentions_bot=True)
        await discord.wait_until(lambda: len(store.messages) == 1)
        [message] = store.messages
        await store.files.put(_token(message), b"{}", seconds=60)
        store.put(message, [Reply("my_data", "en", "Here", file="parlouvert.json")])
        shown = await discord.wait_for_messages(2, channel=room)
    instead = library().word("discord.file_for_you_alone", "en")
    assert _contents(shown) == ["Here", instead]
    assert [message.files for message in shown] == [[], []]


async def test_files_are_read_again_when_redis_is_back() -> None:
    class AwayOnce(MemoryFiles):
        looks = 0

        async def read(self, name: str) -> bytes | None:
            self.looks += 1
            if self.looks == 1:
                raise StoreUnavailable("ConnectionError")
            return await super().read(name)

    store = MemoryStore(silent)
    store.files = AwayOnce()
    await store.files.put("views.png", PICTURE, seconds=60)
    async with discord_bot(store=store) as (discord, _):
        message = await _asked(discord, store)
        store.put(message, [Reply("test", "en", "Look", image=IMAGE)])
        [shown] = await discord.wait_for_messages(1)
    assert [file["content"] for file in shown.files] == [PICTURE]


async def test_conversation_keeps_its_order_while_another_is_held_up() -> None:
    async with discord_bot(silent) as (discord, store):
        slow, quick = await _asked(discord, store), await _asked(discord, store)
        slow_room = str(slow.return_address["channel"])
        discord.fail("POST", f"/channels/{slow_room}/messages", status=503, times=2)
        for number in ("1", "2", "3"):
            store.put(slow, _say(f"slow {number}"))
            store.put(quick, _say(f"quick {number}"))
        shown = await discord.wait_for_messages(6)
    assert [text for text in _contents(shown) if text < "s"] == ["quick 1", "quick 2", "quick 3"]
    assert [text for text in _contents(shown) if text > "s"] == ["slow 1", "slow 2", "slow 3"]
    assert _contents(shown)[-1] == "slow 3"


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 429, "retry_after": 0.05},
        {"status": 503},
        {"status": 401},
        {"is_drop": True},
        {"is_drop": True, "is_after": True},
        {"status": 503, "is_after": True},
    ],
    ids=["429", "503", "401", "cut off", "sent, then cut off", "sent, then 503"],
)
@pytest.mark.parametrize("place", ["direct", "guild"])
async def test_message_arrives_once_after_trouble(trouble: dict[str, Any], place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store, place)
        method, path = ("POST", "/messages") if place == "direct" else ("PATCH", "/@original")
        discord.fail(method, path, **trouble)
        store.put(message, _say("here"))
        await discord.wait_until(lambda: store.waiting == {})
        shown = discord.messages()
        tries = _writes(discord, method, path)
    assert _contents(shown) == ["here"]
    assert len(tries) == 2
    assert tries[-1] == 200


async def test_closed_direct_channel_is_left_and_others_go_on() -> None:
    store = MemoryStore(silent)
    async with DiscordServer() as discord, running(adapter_for(discord, store)) as adapter:
        await discord.wait_until_connected()
        closed = await _asked(discord, store)
        discord.close_dm(discord.state.channels[str(closed.return_address["channel"])].user or "")
        store.put(closed, _say("unheard"))
        store.put(await _asked(discord, store), _say("heard"))
        await discord.wait_until(lambda: store.waiting == {})
        assert _contents(discord.messages()) == ["heard"]
        assert _writes(discord, "POST", "/messages").count(403) == 1
        assert adapter.sender.counts == {"sent": 1, "dropped": 1}


@pytest.mark.parametrize("how", ["expired", "unknown", "14 minutes old"])
async def test_answer_to_an_interaction_that_is_over(how: str) -> None:
    async with discord_bot(silent) as (discord, store):
        for place in ("command in a direct channel", "guild"):
            message = await _asked(discord, store, place)
            if how == "expired":
                discord.expire(message.id.removeprefix("i"))
            elif how == "unknown":
                discord.fail("PATCH", "/@original", status=404, code=10015)
            else:
                message.return_address["at"] = time.time() - 14 * 60
            store.put(message, _say("late"))
        await discord.wait_until(lambda: store.waiting == {})
        shown = discord.messages()
        edits = _writes(discord, "PATCH", "/@original")
    assert [(message.content, message.interaction) for message in shown] == [("late", None)]
    assert shown[0].channel == str(store.messages[0].return_address["channel"])
    assert len(edits) == (0 if how == "14 minutes old" else 2)


NEWS = "decision:3"


async def _answered(discord: DiscordServer, store: MemoryStore, place: str) -> IncomingMessage:
    """What somebody said and was answered, some moments ago."""
    message = await _asked(discord, store, place)
    store.put(message, _say("your receipt"))
    await discord.wait_for_messages(1)
    return message


@pytest.mark.parametrize("place", ["command in a direct channel", "guild"])
async def test_news_do_not_take_the_place_of_the_answer(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _answered(discord, store, place)
        store.put(replace(message, id=NEWS), _say("it is published", "thank you"))
        await discord.wait_until(lambda: store.waiting == {})
        shown = discord.messages()
    assert _contents(shown) == ["your receipt", "it is published", "thank you"]
    is_guild = place == "guild"
    assert [each.is_ephemeral for each in shown] == [is_guild] * 3
    # In the direct channel as messages of their own, which never come twice.
    assert [each.interaction is None for each in shown[1:]] == [not is_guild] * 2
    assert [bool(each.body.get("enforce_nonce")) for each in shown[1:]] == [not is_guild] * 2


@pytest.mark.parametrize("place", ["command in a direct channel", "direct"])
async def test_news_come_to_a_direct_channel_long_after(place: str) -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _answered(discord, store, place)
        if place != "direct":
            discord.expire(message.id.removeprefix("i"))
        store.put(replace(message, id=NEWS), _say("it is published"))
        shown = await discord.wait_for_messages(2)
    assert _contents(shown) == ["your receipt", "it is published"]


async def test_new_process_sends_what_the_last_one_left() -> None:
    store = MemoryStore(silent)
    async with DiscordServer() as discord:
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            asked = [await _asked(discord, store), await _asked(discord, store, "guild")]
        store.restart()
        for message in asked:
            store.put(message, _say("after the restart"))
        async with running(adapter_for(discord, store)):
            shown = await discord.wait_for_messages(2)
            await discord.wait_until(lambda: store.waiting == {})
    assert _contents(shown) == ["after the restart"] * 2
    assert {message.interaction for message in shown} == {None, asked[1].id.removeprefix("i")}


@pytest.mark.parametrize(
    ("place", "last", "expected"),
    [
        ("direct", 1, ["one", "two", "three"]),
        ("direct", 2, ["one", "two", "three"]),
        ("guild", 1, ["one", "two", "three"]),
        # Discord cannot recognise a repeated follow-up.
        ("guild", 2, ["one", "two", "two", "three"]),
    ],
)
async def test_process_killed_between_sending_and_noting(
    place: str, last: int, expected: list[str]
) -> None:
    class StuckStore(MemoryStore):
        async def note_sent(self, item: OutboxItem, sent: int) -> None:
            if sent == last:
                self.tries["stuck"] += 1
                await asyncio.Event().wait()
            await super().note_sent(item, sent)

    store, heir = StuckStore(silent), MemoryStore(silent)
    async with DiscordServer() as discord:
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            message = await _asked(discord, store, place)
            store.put(message, _say("one", "two", "three"))
            await discord.wait_until(lambda: store.tries["stuck"] == 1)
        heir.waiting, heir.noted = store.waiting, store.noted
        async with running(adapter_for(discord, heir)):
            await discord.wait_until(lambda: heir.waiting == {})
        shown = discord.messages()
    assert _contents(shown) == expected


async def test_reader_that_breaks_goes_on_without_doubling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.discord.sending.READ_PAUSE", 0.05)
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store)
        discord.fail("POST", "/messages", status=503)
        store.put(message, _say("one"))
        await discord.wait_until(lambda: 503 in _writes(discord, "POST", "/messages"))
        store.break_reading()
        store.put(message, _say("two"))
        shown = await discord.wait_for_messages(2)
        await discord.wait_until(lambda: store.waiting == {})
        reads, tries = store.tries["read"], _writes(discord, "POST", "/messages")
    assert _contents(shown) == ["one", "two"]
    assert (reads, tries) == (2, [503, 200, 200])


async def test_store_that_goes_away_after_a_send_is_told_when_it_is_back() -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store)
        position = store.put(message, _say("one"))
        store.is_gone = True
        await discord.wait_for_messages(1)
        await discord.wait_until(lambda: store.tries["note_sent"] > 0)
        assert position in store.waiting
        store.is_gone = False
        await discord.wait_until(lambda: store.waiting == {})
        shown = discord.messages()
    assert _contents(shown) == ["one"]
    assert store.noted == {position: 1}


async def test_delivery_that_nobody_can_send_does_not_hold_up_the_next() -> None:
    async with discord_bot(silent) as (discord, store):
        message = await _asked(discord, store)
        good = dict(message.return_address)
        message.return_address.clear()
        message.return_address["planet"] = "Mars"
        store.put(message, _say("lost"))
        await discord.wait_until(lambda: store.waiting == {})
        message.return_address.clear()
        message.return_address.update(good)
        store.put(message, _say("found"))
        await discord.wait_for_messages(1)
        shown = discord.messages()
    assert _contents(shown) == ["found"]
