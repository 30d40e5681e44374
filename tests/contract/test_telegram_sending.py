"""The outbox to Telegram, against a Bot API server on loopback that fails on demand."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.adapters.telegram.courier import MOST_RETRIES, Outcome, Trouble
from bot.conversation.identity import file_token
from bot.conversation.messages import Button, Image
from bot.errors import StoreUnavailable
from bot.store.memory import MemoryFiles
from tests.contract.telegram_parts import (
    IDENTITY_KEY,
    FakeOutbox,
    library,
    reply,
    secret_half,
    sending,
)
from tests.platforms.telegram_api import PNG
from tests.platforms.telegram_server import TelegramServer


def texts(telegram: TelegramServer, chat: int = 1) -> list[str]:
    return [message["text"] for message in telegram.sent(chat) if "text" in message]


async def test_replies_are_sent_in_order_noted_and_done() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        first = await outbox.add(reply("un"), reply("deux"))
        second = await outbox.add(reply("trois"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un", "deux", "trois"]
    assert outbox.notes == [(first, 1), (first, 2), (second, 1)]
    assert outbox.finished == [first, second]


async def test_message_is_plain_text_without_preview_and_with_buttons() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        await outbox.add(reply("*a_b* https://example.org", buttons=(Button("Help", "a:help"),)))
        await outbox.wait_until_empty()
        (message,) = telegram.sent(1)
        (call,) = telegram.calls_of("sendMessage")
    assert message["text"] == "*a_b* https://example.org"
    assert message["reply_markup"] == {
        "inline_keyboard": [[{"text": "Help", "callback_data": "a:help"}]]
    }
    assert "parse_mode" not in call
    assert call["link_preview_options"] == {"is_disabled": True}


async def test_picture_follows_the_text() -> None:
    outbox = FakeOutbox()
    image = Image("https://example.org/a.png", "A map")
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        await outbox.add(reply("Look", image=image))
        await outbox.wait_until_empty()
        first, second = telegram.sent(1)
    assert first["text"] == "Look"
    assert second["caption"] == "A map"
    assert second["photo"][0]["file_id"] == "https://example.org/a.png"


async def test_picture_that_is_refused_does_not_hold_back_what_follows() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (sender, _):
        telegram.chat(1)
        await outbox.add(reply("Look", image=Image("not an address", "A map")), reply("after"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["Look", "after"]
        assert sender.outcomes == {Outcome.SENT: 2, Outcome.REFUSED: 1}


OURS = Image("/pictures/views.png", "A map")
CONVERSATION = "0" * 32
TOKEN = file_token(IDENTITY_KEY, CONVERSATION)


async def test_picture_of_ours_is_uploaded_with_its_words() -> None:
    outbox, files = FakeOutbox(), MemoryFiles()
    await files.put("views.png", PNG + b"-a-map", seconds=60)
    async with TelegramServer() as telegram, sending(telegram, outbox, files=files):
        telegram.chat(-5)
        await outbox.add(reply("Look", image=OURS), chat=-5, thread=33, reply_to=10)
        await outbox.wait_until_empty()
        first, second = telegram.sent(-5)
        (call,) = telegram.calls_of("sendPhoto")
        upload = telegram.uploads[second["photo"][0]["file_id"]]
    assert (first["text"], second["caption"]) == ("Look", "A map")
    assert (upload.name, upload.content) == ("views.png", PNG + b"-a-map")
    assert call["message_thread_id"] == "33"
    assert "reply_parameters" not in call


async def test_picture_is_sent_again_whole_after_trouble() -> None:
    outbox, files = FakeOutbox(), MemoryFiles()
    await files.put("views.png", PNG + b"-a-map", seconds=60)
    async with TelegramServer() as telegram, sending(telegram, outbox, files=files):
        telegram.chat(1)
        telegram.fail("sendPhoto", "gateway")
        await outbox.add(reply("Look", image=OURS))
        await outbox.wait_until_empty()
        (photo,) = [message["photo"][0] for message in telegram.sent(1) if "photo" in message]
        assert telegram.uploads[photo["file_id"]].content == PNG + b"-a-map"


async def test_words_of_a_picture_that_is_gone_are_sent_as_text() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        await outbox.add(reply("Look", image=OURS), reply("after"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["Look", "A map", "after"]
        assert telegram.calls_of("sendPhoto") == []


async def test_file_about_the_person_follows_its_answer_and_is_dropped() -> None:
    outbox, files = FakeOutbox(), MemoryFiles()
    await files.put(TOKEN, b'{"views": []}', seconds=60)
    async with TelegramServer() as telegram, sending(telegram, outbox, files=files):
        telegram.chat(1)
        position = await outbox.add(reply("Here", file="parlouvert.json"), reply("after"))
        await outbox.wait_until_empty()
        first, second, third = telegram.sent(1)
        upload = telegram.uploads[second["document"]["file_id"]]
    assert (first["text"], third["text"]) == ("Here", "after")
    assert (upload.name, upload.content) == ("parlouvert.json", b'{"views": []}')
    assert outbox.notes == [(position, 1), (position, 2)]
    assert await files.read(TOKEN) is None


class LateFiles(MemoryFiles):
    """Has a file from a certain look on; Redis is away at the second."""

    def __init__(self, *, comes_at: int) -> None:
        super().__init__()
        self.looks = 0
        self._comes_at = comes_at

    async def read(self, name: str) -> bytes | None:
        self.looks += 1
        if self.looks == 2:
            raise StoreUnavailable("ConnectionError")
        return b"{}" if name == TOKEN and self.looks >= self._comes_at else None


async def test_file_is_waited_for_also_while_redis_is_away() -> None:
    outbox, files = FakeOutbox(), LateFiles(comes_at=12)
    async with TelegramServer() as telegram, sending(telegram, outbox, files=files):
        telegram.chat(1)
        await outbox.add(reply("Here", file="parlouvert.json"))
        await outbox.wait_until_empty()
        first, second = telegram.sent(1)
    assert first["text"] == "Here"
    assert second["document"]["file_name"] == "parlouvert.json"


async def test_file_that_never_comes_is_given_up_after_ten_seconds() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (_, time):
        telegram.chat(1)
        await outbox.add(reply("Here", file="parlouvert.json"), reply("after"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["Here", "after"]
        assert len(telegram.sent(1)) == 2
        assert sum(time.slept) == 10


async def test_file_about_a_person_is_not_sent_where_others_read() -> None:
    outbox, files = FakeOutbox(), MemoryFiles()
    await files.put(TOKEN, b"{}", seconds=60)
    async with TelegramServer() as telegram, sending(telegram, outbox, files=files):
        telegram.chat(-5)
        await outbox.add(reply("Here", file="parlouvert.json", language="fr"), chat=-5)
        await outbox.wait_until_empty()
        instead = library().word("telegram.file_for_you_alone", "fr")
        assert texts(telegram, -5) == ["Here", instead]
        assert telegram.calls_of("sendDocument") == []


async def test_group_answer_goes_to_the_topic_as_a_reply_once() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(-5)
        await outbox.add(reply("un"), reply("deux"), chat=-5, thread=33, reply_to=10)
        await outbox.wait_until_empty()
        first, second = telegram.calls_of("sendMessage")
    assert first["message_thread_id"] == second["message_thread_id"] == "33"
    assert first["reply_parameters"]["message_id"] == 10
    assert "reply_parameters" not in second


async def test_answer_arrives_when_the_message_it_replies_to_is_gone() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(-5)
        await outbox.add(reply("un"), chat=-5, reply_to=999_999)
        await outbox.wait_until_empty()
        assert texts(telegram, -5) == ["un"]


async def test_redelivered_item_skips_what_is_known_to_be_sent() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        position = await outbox.add(reply("un"), reply("deux"), reply("trois"), sent=2)
        await outbox.wait_until_empty()
        assert texts(telegram) == ["trois"]
    assert outbox.notes == [(position, 3)]


async def test_one_chat_in_trouble_does_not_hold_up_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.sending.LAST_WORDS_SECONDS", 0.1)
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox, read_timeout=60):
        telegram.chat(1)
        telegram.chat(2)
        telegram.fail("sendMessage", "hang")
        await outbox.add(reply("slow"), chat=1)
        await telegram.wait_for_messages(1, chat=1)
        other = await outbox.add(reply("quick"), chat=2)
        await telegram.wait_for_messages(1, chat=2)
        await outbox.wait_until_finished(1)
    assert outbox.finished == [other]


async def test_retry_after_makes_everybody_wait_and_sends_the_same_again() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (_, time):
        telegram.chat(1)
        telegram.chat(2)
        telegram.fail("sendMessage", "retry_after", seconds=17)
        began = time.now
        await outbox.add(reply("un"), chat=1)
        await outbox.add(reply("deux"), chat=1)
        await outbox.wait_until_empty()
        await outbox.add(reply("autre"), chat=2)
        await outbox.wait_until_empty()
        assert texts(telegram, 1) == ["un", "deux"]
        assert texts(telegram, 2) == ["autre"]
        assert time.now - began >= 17
        tried = [call["text"] for call in telegram.calls_of("sendMessage")]
    assert tried == ["un", "un", "deux", "autre"]


async def test_blocked_chat_is_dropped_and_done() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (sender, _):
        telegram.chat(1)
        telegram.block(1)
        await outbox.add(reply("un"), reply("deux"))
        await outbox.wait_until_empty()
        assert len(telegram.calls_of("sendMessage")) == 1
        telegram.block(1, is_blocked=False)
        await outbox.add(reply("trois"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["trois"]
        assert sender.outcomes == {Outcome.CLOSED: 1, Outcome.SENT: 1}
    assert outbox.notes == [("2", 1)]


async def test_unknown_chat_is_dropped_and_counted() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (sender, _):
        await outbox.add(reply("un"), chat=404)
        await outbox.wait_until_empty()
        assert sender.outcomes == {Outcome.REFUSED: 1}


async def test_group_that_moved_gets_its_answer_at_its_new_place() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(-5)
        telegram.migrate(-5, -1005)
        await outbox.add(reply("un"), reply("deux"), chat=-5, reply_to=10)
        await outbox.wait_until_empty()
        assert texts(telegram, -1005) == ["un", "deux"]


@pytest.mark.parametrize("kind", ["lose", "drop", "hang", "gateway"])
async def test_send_of_unknown_outcome_is_tried_once_more(kind: str) -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox, read_timeout=0.3):
        telegram.chat(1)
        telegram.fail("sendMessage", kind)  # type: ignore[arg-type]
        await outbox.add(reply("un"))
        await outbox.add(reply("deux"))
        await outbox.wait_until_empty()
        was_done = kind in ("lose", "hang")
        assert texts(telegram) == (["un", "un", "deux"] if was_done else ["un", "deux"])


async def test_send_of_unknown_outcome_is_tried_only_once_more() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (sender, _):
        telegram.chat(1)
        telegram.fail("sendMessage", "lose", times=5)
        await outbox.add(reply("un"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un", "un"]
        assert sender.outcomes == {Outcome.UNKNOWN: 1}
    assert outbox.notes == [("1", 1)]


async def test_send_is_retried_until_telegram_can_be_reached() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox) as (_, time):
        telegram.chat(1)
        await telegram.stop()
        await outbox.add(reply("un"), reply("deux"))
        async with asyncio.timeout(10):
            while len(time.slept) < 8:  # noqa: ASYNC110 - more often than any limit but none
                await asyncio.sleep(0.01)
        await telegram.start()
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un", "deux"]


async def test_error_of_telegrams_own_is_retried_within_limits() -> None:
    outbox = FakeOutbox()
    limit = int(MOST_RETRIES[Trouble.SERVER_ERROR])
    async with TelegramServer() as telegram, sending(telegram, outbox) as (sender, _):
        telegram.chat(1)
        telegram.fail("sendMessage", "server_error", times=limit)
        await outbox.add(reply("un"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un"]
        telegram.fail("sendMessage", "server_error", times=limit + 1)
        await outbox.add(reply("deux"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un"]
        assert sender.outcomes == {Outcome.SENT: 1, Outcome.UNKNOWN: 1}


async def test_token_that_is_refused_for_a_while_loses_nothing() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        telegram.fail("sendMessage", "refuse", times=30, code=401, description="Unauthorized")
        await outbox.add(reply("un"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un"]


async def test_nothing_is_sent_twice_when_the_store_is_away() -> None:
    outbox = FakeOutbox()
    outbox.times_away_for_writing = 4
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        await outbox.add(reply("un"), reply("deux"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un", "deux"]
    assert outbox.notes == [("1", 1), ("1", 2)]


async def test_nothing_is_sent_twice_when_reading_begins_again() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        outbox.times_away_for_writing = 20  # sent, and not noted for a while
        await outbox.add(reply("un"))
        await outbox.add(reply("deux"))
        await telegram.wait_for_messages(1)
        await outbox.break_reading()
        await outbox.add(reply("trois"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un", "deux", "trois"]
    assert sorted(outbox.finished) == ["1", "2", "3"]


async def test_item_that_cannot_be_sent_does_not_hold_up_the_next() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(1)
        await outbox.add(reply("nowhere"), place="nowhere")
        await outbox.add(reply("un"))
        await outbox.wait_until_empty()
        assert texts(telegram) == ["un"]


async def test_reply_without_words_is_done() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram, sending(telegram, outbox):
        await outbox.add(reply(" "))
        await outbox.wait_until_empty()
        assert telegram.calls_of("sendMessage") == []


async def test_stop_lets_a_send_on_its_way_end() -> None:
    outbox = FakeOutbox()
    async with TelegramServer() as telegram:
        telegram.chat(1)
        async with sending(telegram, outbox):
            outbox.times_away_for_writing = 2
            await outbox.add(reply("un"))
            await telegram.wait_for_messages(1)
        assert outbox.notes == [("1", 1)]
        assert outbox.finished == ["1"]


async def test_logs_hold_neither_token_nor_chat_nor_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    outbox = FakeOutbox()
    outbox.times_away_for_writing = 1
    chat = 987_654
    async with TelegramServer() as telegram, sending(telegram, outbox):
        telegram.chat(chat)
        telegram.fail("sendMessage", "retry_after", seconds=1)
        telegram.fail("sendMessage", "gateway", times=2)
        await outbox.add(reply("un secret"), chat=chat)
        await outbox.wait_until_empty()
        telegram.block(chat)
        await outbox.add(reply("un secret"), chat=chat)
        await outbox.wait_until_empty()
    assert "Delivery 1 was unknown" in caplog.text
    assert "Delivery 2 was closed" in caplog.text
    for word in (secret_half(telegram.token), "un secret", str(chat)):
        assert word not in caplog.text
