"""Updates by webhook: the real server of Telegram's side posts to the real route of ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.adapters.telegram.connection import set_webhook
from bot.adapters.telegram.webhook import MOST_BYTES, webhook_route
from bot.errors import SettingInvalid
from bot.settings import Settings
from tests.contract.telegram_parts import (
    SECRET,
    FakeIntake,
    FakeTime,
    open_test_bot,
    raw_message,
    receiver_for,
    settings_for,
)
from tests.platforms.telegram_server import TelegramServer, serve

PATH = "/telegram/updates"
HEADER = b"X-Telegram-Bot-Api-Secret-Token"
HEADERS = {HEADER: SECRET.encode()}


def webhook_settings(telegram: TelegramServer, *, address: str, secret: str = SECRET) -> Settings:
    return settings_for(
        telegram,
        TELEGRAM_MODE="webhook",
        TELEGRAM_WEBHOOK_URL=address,
        TELEGRAM_WEBHOOK_SECRET=secret,
    )


@asynccontextmanager
async def webhook(
    telegram: TelegramServer, intake: FakeIntake
) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    """Our route on loopback: its address, and somebody who knows it."""
    app = Starlette()
    async with (
        open_test_bot(telegram) as bot,
        serve(app) as port,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        address = f"http://127.0.0.1:{port}{PATH}"
        receiver = receiver_for(bot, intake, FakeTime())
        settings = webhook_settings(telegram, address=address)
        app.router.routes.append(webhook_route(settings, receiver))
        yield address, client
        await receiver.close()


async def test_update_from_telegram_is_stored() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, _):
        async with open_test_bot(telegram) as bot:
            await set_webhook(bot, webhook_settings(telegram, address=address))
        telegram.write("Bonjour", user=7)
        await intake.wait_for_texts("Bonjour")
        await telegram.wait_until(lambda: not telegram.pending)
        assert telegram.webhook_answers == [200]
        (call,) = telegram.calls_of("setWebhook")
    assert call["secret_token"] == SECRET
    assert call["allowed_updates"] == ["message", "callback_query"]


async def test_update_is_redelivered_in_order_when_the_store_is_away() -> None:
    intake = FakeIntake()
    intake.times_away = 2
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, _):
        telegram.write("un", user=7)
        telegram.write("deux", user=7)
        async with open_test_bot(telegram) as bot:
            await bot.set_webhook(address, secret_token=SECRET)
        await intake.wait_for_texts("un", "deux")
        await telegram.wait_until(lambda: not telegram.pending)
        assert telegram.webhook_answers == [503, 503, 200, 200]


async def test_update_is_sent_back_while_we_do_not_know_who_we_are() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        telegram.fail("getMe", "server_error")
        first = await client.post(address, json=raw_message(text="Bonjour"), headers=HEADERS)
        again = await client.post(address, json=raw_message(text="Bonjour"), headers=HEADERS)
    assert first.status_code == 503
    assert "retry-after" in first.headers
    assert again.status_code == 200
    await intake.wait_for_texts("Bonjour")


async def test_same_update_twice_is_stored_once_and_taken_twice() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        for _ in range(2):
            answer = await client.post(address, json=raw_message(text="un"), headers=HEADERS)
            assert answer.status_code == 200
            assert answer.content == b""
    await intake.wait_for_texts("un")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: b""},
        {HEADER: SECRET[:-1].encode()},
        {HEADER: SECRET.encode() + b"x"},
        {HEADER: "été".encode()},
    ],
    ids=["none", "empty", "short", "long", "not ascii"],
)
async def test_call_without_the_secret_is_refused_before_its_body_is_read(
    headers: dict[bytes, bytes],
) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        for body in (json.dumps(raw_message(text="un")).encode(), b"nonsense"):
            answer = await client.post(address, content=body, headers=headers)
            assert answer.status_code == 403
    assert intake.messages == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"null", b"{}", b'{"update_id": "1"}', b"[" * 100_000],
    ids=["empty", "cut", "not utf-8", "list", "null", "no id", "id is text", "deep"],
)
async def test_malformed_body_is_refused(body: bytes) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        answer = await client.post(address, content=body, headers=HEADERS)
        assert answer.status_code == 400


async def test_body_over_the_limit_is_refused() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        body = json.dumps(raw_message(text="a" * MOST_BYTES)).encode()
        answer = await client.post(address, content=body, headers=HEADERS)
        assert answer.status_code == 413
    assert intake.messages == []


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "something_new": {}},
        {"update_id": 1, "message": {"something": "else"}},
    ],
)
async def test_update_that_says_nothing_to_us_is_taken(update: dict[str, Any]) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        answer = await client.post(address, json=update, headers=HEADERS)
        assert answer.status_code == 200
    assert intake.messages == []


async def test_other_methods_are_refused() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, client):
        assert (await client.get(address, headers=HEADERS)).status_code == 405


async def test_press_by_webhook_is_answered() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, webhook(telegram, intake) as (address, _):
        async with open_test_bot(telegram) as bot:
            await bot.set_webhook(address, secret_token=SECRET)
        telegram.press("a:help")
        (message,) = await intake.wait_for(1)
        await telegram.wait_until(lambda: bool(telegram.calls_of("answerCallbackQuery")))
    assert message.button == "a:help"


@pytest.mark.parametrize(
    ("address", "secret", "named"),
    [
        ("https://bot.example", SECRET, "TELEGRAM_WEBHOOK_URL"),
        ("https://bot.example/", SECRET, "TELEGRAM_WEBHOOK_URL"),
        ("https://bot.example/telegram", "", "TELEGRAM_WEBHOOK_SECRET"),
        ("https://bot.example/telegram", "short", "TELEGRAM_WEBHOOK_SECRET"),
    ],
)
async def test_route_is_not_made_without_path_or_secret(
    address: str, secret: str, named: str
) -> None:
    telegram = TelegramServer()
    settings = webhook_settings(telegram, address=address, secret=secret)
    async with open_test_bot(telegram) as bot:
        receiver = receiver_for(bot, FakeIntake(), FakeTime())
        with pytest.raises(SettingInvalid, match=named):
            webhook_route(settings, receiver)
