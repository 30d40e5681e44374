"""The telegram process's part as a whole, against a Bot API server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.adapters.telegram.connection import identify, open_bot
from bot.adapters.telegram.profile import COMMANDS, publish_profile
from bot.adapters.telegram.service import serve_telegram
from bot.errors import SettingInvalid
from bot.settings import Settings
from bot.store.memory import MemoryFiles
from tests.contract.telegram_parts import (
    IDENTITY_KEY,
    SECRET,
    FakeIntake,
    FakeOutbox,
    FakeTime,
    library,
    open_test_bot,
    reply,
    settings_for,
)
from tests.platforms.telegram_server import TelegramServer


async def run_service(settings: Settings, intake: FakeIntake, outbox: FakeOutbox) -> None:
    await serve_telegram(
        settings,
        intake=intake,
        outbox=outbox,
        files=MemoryFiles(),
        library=library(),
        identity_key=IDENTITY_KEY,
    )


@asynccontextmanager
async def service(
    settings: Settings, intake: FakeIntake, outbox: FakeOutbox
) -> AsyncIterator[None]:
    """The service at work."""
    task = asyncio.create_task(run_service(settings, intake, outbox))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_polling_service_takes_in_and_sends_out() -> None:
    intake, outbox = FakeIntake(), FakeOutbox()
    async with TelegramServer() as telegram:
        async with open_test_bot(telegram) as other:
            await other.set_webhook("https://127.0.0.1:1/nobody")  # left from another set-up
        telegram.write("avant", user=7)
        async with service(settings_for(telegram), intake, outbox):
            await intake.wait_for_texts("avant")
            await outbox.add(reply("Allô"), chat=7)
            (message,) = await telegram.wait_for_messages(1, chat=7)
            assert message["text"] == "Allô"
            await outbox.wait_until_empty()


async def test_webhook_service_sets_the_webhook_and_sends_out() -> None:
    intake, outbox = FakeIntake(), FakeOutbox()
    async with TelegramServer() as telegram:
        settings = settings_for(
            telegram,
            TELEGRAM_MODE="webhook",
            TELEGRAM_WEBHOOK_URL="https://127.0.0.1:1/telegram",
            TELEGRAM_WEBHOOK_SECRET=SECRET,
        )
        telegram.chat(7)
        async with service(settings, intake, outbox):
            await outbox.add(reply("Allô"), chat=7)
            await telegram.wait_for_messages(1, chat=7)
            assert telegram.webhook is not None
            assert telegram.webhook.url == "https://127.0.0.1:1/telegram"
            assert telegram.webhook.secret == SECRET


async def test_commands_and_descriptions_are_set_in_both_languages() -> None:
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        await publish_profile(bot, library())
    for audience, language in (("", "en"), ("fr", "fr")):
        assert telegram.profile[f"commands/{audience}"] == [
            {"command": name, "description": library().word(f"telegram.command_{name}", language)}
            for name in COMMANDS
        ]
        for name in ("description", "short_description"):
            expected = library().word(f"telegram.{name}", language)
            assert telegram.profile[f"{name}/{audience}"] == expected


async def test_profile_that_is_refused_does_not_stop_the_bot() -> None:
    intake, outbox = FakeIntake(), FakeOutbox()
    async with TelegramServer() as telegram:
        for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
            telegram.fail(method, "refuse", times=2, code=404, description="Not Found")
        async with service(settings_for(telegram), intake, outbox):
            await telegram.wait_until(lambda: len(telegram.calls_of("setMyShortDescription")) == 2)
            telegram.write("Bonjour")
            await intake.wait_for_texts("Bonjour")


async def test_service_waits_for_telegram_at_the_start() -> None:
    time = FakeTime()
    async with TelegramServer() as telegram:
        telegram.fail("getMe", "server_error", times=3)
        async with open_test_bot(telegram) as bot:
            await identify(bot, sleep=time.sleep)
            assert bot.username == telegram.me["username"]
    assert time.slept == [0.5, 1.0, 2.0]


async def test_wrong_token_stops_the_service_with_a_sentence_without_it() -> None:
    async with TelegramServer() as telegram:
        settings = settings_for(telegram, TELEGRAM_BOT_TOKEN="1:wrong-token")
        with pytest.raises(SettingInvalid) as caught:
            await run_service(settings, FakeIntake(), FakeOutbox())
    assert "TELEGRAM_BOT_TOKEN" in str(caught.value)
    assert "wrong-token" not in str(caught.value)
    assert caught.value.__suppress_context__  # the library's own error quotes the token


async def test_refused_webhook_address_stops_the_service_with_a_sentence() -> None:
    async with TelegramServer() as telegram:
        settings = settings_for(
            telegram,
            TELEGRAM_MODE="webhook",
            TELEGRAM_WEBHOOK_URL="http://bot.example/telegram",
            TELEGRAM_WEBHOOK_SECRET=SECRET,
        )
        with pytest.raises(SettingInvalid, match="TELEGRAM_WEBHOOK_URL"):
            await run_service(settings, FakeIntake(), FakeOutbox())


def test_missing_token_is_named() -> None:
    with pytest.raises(SettingInvalid, match="TELEGRAM_BOT_TOKEN"):
        open_bot(settings_for(TelegramServer(), TELEGRAM_BOT_TOKEN=""))
