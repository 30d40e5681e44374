"""Updates by polling, against a Bot API server on loopback."""

from __future__ import annotations

import logging

import pytest

from bot.adapters.telegram.receiving import NOTICE_SECONDS
from bot.conversation.identity import conversation_id
from tests.contract.telegram_parts import (
    IDENTITY_KEY,
    FakeIntake,
    FakeTime,
    library,
    open_test_bot,
    polling,
    receiver_for,
    secret_half,
)
from tests.platforms.telegram_server import TelegramServer


async def test_message_is_stored_once_and_confirmed() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        update_id = telegram.write("Bonjour", user=7, language="fr")
        (message,) = await intake.wait_for(1)
        await telegram.wait_until(lambda: not telegram.pending)
    assert message.text == "Bonjour"
    assert message.id == f"u{update_id}"
    assert message.conversation == conversation_id(IDENTITY_KEY, "telegram", "7", "7")
    assert message.language_hint == "fr"


async def test_messages_are_stored_in_order() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        for number in range(20):
            telegram.write(str(number), user=number % 3 + 1)
        await intake.wait_for_texts(*(str(number) for number in range(20)))


async def test_nothing_is_confirmed_before_it_is_stored() -> None:
    intake = FakeIntake()
    intake.times_away = 1_000_000
    async with TelegramServer() as telegram:
        telegram.write("Bonjour")
        async with polling(telegram, intake):
            await telegram.wait_until(lambda: bool(telegram.calls_of("getMe")))
        assert len(telegram.pending) == 1
        intake.times_away = 0
        async with polling(telegram, intake):  # the process starts again
            await intake.wait_for_texts("Bonjour")


async def test_update_is_retried_and_keeps_its_place_when_the_store_is_away() -> None:
    intake = FakeIntake()
    intake.times_away = 3
    time = FakeTime()
    async with TelegramServer() as telegram:
        telegram.write("un")
        telegram.write("deux")
        async with polling(telegram, intake, time=time):
            await intake.wait_for_texts("un", "deux")
    assert time.slept[:3] == [0.5, 1.0, 2.0]


async def test_update_that_comes_again_after_a_crash_is_stored_once() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram:
        telegram.write("un")
        again = list(telegram.pending)
        async with polling(telegram, intake):
            await telegram.wait_until(lambda: not telegram.pending)
        telegram.pending = again
        telegram.write("deux")
        async with polling(telegram, intake):
            await intake.wait_for_texts("un", "deux")


async def test_offset_confirms_once_since_ids_may_start_lower_after_a_week_of_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.polling.POLL_SECONDS", 0)
    intake = FakeIntake()
    async with TelegramServer() as telegram:
        update_id = telegram.write("Bonjour")
        async with polling(telegram, intake):
            await telegram.wait_until(lambda: len(telegram.calls_of("getUpdates")) >= 5)
        offsets = [poll.get("offset") for poll in telegram.calls_of("getUpdates")]
    assert offsets[:4] == [None, str(update_id + 1), None, None]


async def test_update_that_cannot_be_read_does_not_hold_up_others() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.push({"message": {"something": "else"}})
        telegram.push({"message": "nonsense"})
        telegram.write("Bonjour")
        await intake.wait_for_texts("Bonjour")
        await telegram.wait_until(lambda: not telegram.pending)


@pytest.mark.parametrize("kind", ["server_error", "gateway", "drop", "retry_after"])
async def test_polling_goes_on_when_a_poll_fails(kind: str) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram:
        telegram.fail("getUpdates", kind, times=3)  # type: ignore[arg-type]
        async with polling(telegram, intake):
            telegram.write("Bonjour")
            await intake.wait_for_texts("Bonjour")


async def test_polling_goes_on_after_telegram_was_away() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.write("un")
        await telegram.wait_until(lambda: not telegram.pending)
        await telegram.stop()
        telegram.write("deux")
        await telegram.start()
        await intake.wait_for_texts("un", "deux")


async def test_conflict_is_named_and_waited_out(caplog: pytest.LogCaptureFixture) -> None:
    intake, time = FakeIntake(), FakeTime()
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        await bot.set_webhook("https://127.0.0.1:1/elsewhere")
        async with polling(telegram, intake, time=time):
            await telegram.wait_until(lambda: len(time.slept) >= 3)
            await bot.delete_webhook()
            telegram.write("Bonjour")
            await intake.wait_for_texts("Bonjour")
    assert time.slept[:3] == [0.5, 1.0, 2.0]
    assert "Conflict: another process polls with this token" in caplog.text


async def test_only_messages_and_presses_are_asked_for() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        await telegram.wait_until(lambda: bool(telegram.allowed))
        assert telegram.allowed == ["message", "callback_query"]


async def test_typing_is_shown_when_a_message_is_accepted_and_only_then() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.write("Bonjour", user=7)
        await telegram.wait_until(lambda: bool(telegram.calls_of("sendChatAction")))
        intake.is_full = True
        telegram.write("encore", user=7)
        await telegram.wait_for_messages(1)
        assert telegram.calls_of("sendChatAction") == [{"chat_id": "7", "action": "typing"}]


@pytest.mark.parametrize("is_stale", [False, True])
async def test_press_is_answered_and_stored(is_stale: bool) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.press("a:help", user=7, is_stale=is_stale)
        (message,) = await intake.wait_for(1)
        await telegram.wait_until(lambda: bool(telegram.calls_of("answerCallbackQuery")))
        assert not telegram.presses
    assert message.button == "a:help"


async def test_press_is_answered_while_the_store_is_away() -> None:
    intake = FakeIntake()
    intake.times_away = 1_000_000
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.press("a:help")
        await telegram.wait_until(lambda: bool(telegram.calls_of("answerCallbackQuery")))


@pytest.mark.parametrize("method", ["sendChatAction", "answerCallbackQuery"])
async def test_courtesy_that_fails_is_left_at_that(method: str) -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.fail(method, "server_error")
        telegram.press("a:help")
        telegram.press("a:greet")
        await intake.wait_for(2)
        await telegram.wait_until(lambda: len(telegram.calls_of(method)) == 2)


@pytest.mark.parametrize(
    ("language", "expected"), [("fr", ["fr"]), ("en", ["en"]), ("es", ["fr", "en"])]
)
async def test_flood_is_told_to_slow_down_in_the_persons_language(
    language: str, expected: list[str]
) -> None:
    intake = FakeIntake()
    intake.is_full = True
    async with TelegramServer() as telegram, polling(telegram, intake):
        telegram.write("encore", language=language)
        (message,) = await telegram.wait_for_messages(1)
    texts = [library().text("slow_down", code).text for code in expected]
    assert message["text"] == "\n\n".join(texts)


async def test_flood_is_told_once_a_minute_in_each_conversation() -> None:
    intake, time = FakeIntake(), FakeTime()
    intake.is_full = True
    async with TelegramServer() as telegram, open_test_bot(telegram) as bot:
        receiver = receiver_for(bot, intake, time)

        async def receive(text: str, *, user: int) -> None:
            telegram.write(text, user=user)
            await receiver.receive(telegram.pending.pop())

        for text in ("un", "deux", "trois"):
            await receive(text, user=7)
        await receive("un", user=8)
        await telegram.wait_for_messages(2)
        time.now += NOTICE_SECONDS
        await receive("quatre", user=7)
        await telegram.wait_for_messages(3)
        await receiver.close()
        assert len(telegram.sent(7)) == 2
        assert len(telegram.sent(8)) == 1


async def test_group_message_to_us_is_stored_and_other_talk_is_not() -> None:
    intake = FakeIntake()
    async with TelegramServer() as telegram, polling(telegram, intake):
        name = telegram.me["username"]
        telegram.write("on mange où?", user=7, chat=-5)
        telegram.write(f"/ask@{name} c'est quoi?", user=7, chat=-5)
        telegram.write(f"@{name} et ça?", user=8, chat=-5)
        await intake.wait_for_texts("c'est quoi?", "et ça?")
        await telegram.wait_until(lambda: not telegram.pending)
    assert len({message.conversation for message in intake.messages}) == 2


async def test_logs_hold_neither_token_nor_person_nor_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    intake = FakeIntake()
    intake.times_away = 2
    async with TelegramServer() as telegram:
        telegram.fail("getUpdates", "drop")
        telegram.fail("getUpdates", "gateway")
        telegram.fail("sendChatAction", "refuse", code=400, description="Bad Request: no 987654")
        telegram.push({"message": {"text": "un secret", "from": "987654"}})
        async with polling(telegram, intake):
            telegram.write("un secret", user=987654)
            await intake.wait_for(1)
            await telegram.wait_until(lambda: bool(telegram.calls_of("sendChatAction")))
    assert "Polling failed" in caplog.text
    assert "An update could not be read" in caplog.text
    for word in (secret_half(telegram.token), "un secret", "987654", "Person"):
        assert word not in caplog.text
