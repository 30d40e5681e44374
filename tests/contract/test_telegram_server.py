"""The Bot API server of our tests: it refuses what Telegram refuses, else tests prove little."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken

from tests.contract.telegram_parts import open_test_bot
from tests.platforms.telegram_api import PNG
from tests.platforms.telegram_server import TOKEN, TelegramServer


@asynccontextmanager
async def a_chat() -> AsyncIterator[tuple[TelegramServer, Bot]]:
    """A server with chat 1, and the library's bot."""
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        telegram.chat(1)
        yield telegram, bot


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data=data)]])


async def test_library_reads_who_it_is() -> None:
    async with a_chat() as (telegram, bot):
        await bot.initialize()
        assert bot.username == telegram.me["username"]


async def test_wrong_token_is_refused() -> None:
    async with TelegramServer(token="123456789:another-token") as telegram:
        other = Bot(TOKEN, base_url=f"{telegram.url}/bot")
        with pytest.raises(InvalidToken):
            await other.initialize()
        await other.shutdown()


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({"text": ""}, "text is empty"),
        ({"text": "a" * 4_097}, "too long"),
        ({"text": "🎉" * 2_049}, "too long"),
        ({"text": "a", "chat_id": 404}, "Chat not found"),
        ({"text": "a", "reply_markup": keyboard("é" * 33)}, "Button_data_invalid"),
        ({"text": "a.b", "parse_mode": ParseMode.MARKDOWN_V2}, "Can't parse entities"),
        ({"text": "<b", "parse_mode": ParseMode.HTML}, "Can't parse entities"),
        ({"text": "a", "reply_to_message_id": 404}, "replied not found"),
    ],
)
async def test_bad_message_is_refused(message: dict[str, Any], complaint: str) -> None:
    async with a_chat() as (telegram, bot):
        with pytest.raises(BadRequest, match=complaint):
            await bot.send_message(**{"chat_id": 1, **message})
        assert telegram.sent(1) == []


async def test_messages_at_the_limits_are_taken() -> None:
    async with a_chat() as (telegram, bot):
        await bot.send_message(1, "a" * 4_096, reply_markup=keyboard("é" * 32))
        await bot.send_message(1, "🎉" * 2_048)
        assert len(telegram.sent(1)) == 2


async def test_files_are_taken_as_they_are_and_refused_where_they_do_not_fit() -> None:
    content = PNG + bytes(range(256)) + b"\r\n--\r\n"
    async with a_chat() as (telegram, bot):
        sent = await bot.send_photo(1, content, filename="a.png", caption="é" * 1_024)
        assert telegram.uploads[sent.photo[0].file_id].content == content
        filed = await bot.send_document(1, b"{}", filename="é.json")
        assert filed.document is not None
        assert filed.document.file_name == "é.json"
        for refused, complaint in (
            (bot.send_photo(1, b"{}", filename="a.png"), "process_failed"),
            (bot.send_photo(1, content, caption="é" * 1_025), "caption is too long"),
            (bot.send_document(1, b"", filename="a.json"), "non-empty"),
        ):
            with pytest.raises(BadRequest, match=f"(?i){complaint}"):
                await refused
        assert len(telegram.sent(1)) == 2


async def test_edits_return_the_message_and_refuse_no_change() -> None:
    async with a_chat() as (telegram, bot):
        sent = await bot.send_message(1, "before", reply_markup=keyboard("a"))
        edited = await bot.edit_message_text("after", 1, sent.message_id)
        assert not isinstance(edited, bool)
        assert edited.text == "after"
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("after", 1, sent.message_id)
        await bot.edit_message_reply_markup(1, sent.message_id, reply_markup=keyboard("b"))
        assert telegram.sent(1)[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "b"
        await bot.delete_message(1, sent.message_id)
        with pytest.raises(BadRequest, match="not found"):
            await bot.delete_message(1, sent.message_id)


async def test_updates_come_again_until_an_offset_confirms_them() -> None:
    async with a_chat() as (telegram, bot):
        first = telegram.write("un")
        second = telegram.write("deux")
        for _ in range(2):
            updates = await bot.get_updates()
            assert [update.update_id for update in updates] == [first, second]
        assert [update.update_id for update in await bot.get_updates(offset=second)] == [second]
        assert await bot.get_updates(offset=second + 1) == ()
        assert telegram.pending == []


async def test_poll_is_held_open_until_something_comes() -> None:
    async with a_chat() as (telegram, bot):
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.2)
        assert not poll.done()
        update_id = telegram.write("un")
        assert [update.update_id for update in await poll] == [update_id]


async def test_second_poller_ends_the_first() -> None:
    async with a_chat() as (telegram, bot), open_test_bot(telegram) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.2)
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict):
            await first
        telegram.write("un")
        assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set() -> None:
    async with a_chat() as (telegram, bot):
        telegram.write("un")
        await bot.set_webhook("https://127.0.0.1:1/nobody")
        with pytest.raises(Conflict):
            await bot.get_updates()
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize(
    ("url", "secret"), [("http://bot.example/x", "abc"), ("https://bot.example/x", "no spaces")]
)
async def test_bad_webhook_is_refused(url: str, secret: str) -> None:
    async with a_chat() as (_, bot):
        with pytest.raises(BadRequest):
            await bot.set_webhook(url, secret_token=secret)


@pytest.mark.parametrize(
    "command", [("Help", "a"), ("help", ""), ("help", "a" * 257), ("a" * 33, "a")]
)
async def test_bad_command_is_refused(command: tuple[str, str]) -> None:
    async with a_chat() as (_, bot):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([command])


async def test_long_descriptions_are_refused() -> None:
    async with a_chat() as (_, bot):
        with pytest.raises(BadRequest):
            await bot.set_my_description("a" * 513)
        with pytest.raises(BadRequest):
            await bot.set_my_short_description("a" * 121)


async def test_another_process_can_use_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platforms.telegram_server",
        cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        places = dict(part.split("=", 1) for part in line.split())
        await _talk(places["TELEGRAM_API_URL"], places["TELEGRAM_BOT_TOKEN"])
    finally:
        process.terminate()
        await process.wait()


async def _talk(url: str, token: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:

        async def control(verb: str, **arguments: object) -> Any:
            answer = await client.post(f"/control/{verb}", json=arguments)
            return answer.raise_for_status().json()["result"]

        update_id = await control("write", text="Bonjour", user=7)
        api = f"/bot{token}"
        updates = (await client.get(f"{api}/getUpdates")).json()["result"]
        assert [update["update_id"] for update in updates] == [update_id]
        await control("fail", method="sendMessage", kind="retry_after", seconds=3)
        message = {"chat_id": 7, "text": "Allô"}
        refused = await client.post(f"{api}/sendMessage", json=message)
        assert refused.status_code == 429
        assert refused.json()["parameters"] == {"retry_after": 3}
        await client.post(f"{api}/sendMessage", json=message)
        assert [sent["text"] for sent in await control("sent", chat=7)] == ["Allô"]
        assert len(await control("calls_of", method="sendMessage")) == 2
        assert (await client.post("/control/stop")).status_code == 404
