"""Errors write their own sentence out of their fields."""

from __future__ import annotations

import pytest

from bot.errors import (
    BotError,
    ContentInvalid,
    EngineUnavailable,
    ModelRefused,
    PlatformRefused,
    ReleaseRefused,
    SettingInvalid,
    StoreUnavailable,
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SettingInvalid("BOT_HTTP_PORT", "use another"), "BOT_HTTP_PORT: use another"),
        (StoreUnavailable("ConnectionError"), "Redis is not available (ConnectionError)."),
        (EngineUnavailable(20.0), "No engine answered within 20 s."),
        (EngineUnavailable(0.5), "No engine answered within 0.5 s."),
        (
            ModelRefused("m.tar.gz", "the file is missing"),
            "Model m.tar.gz was not loaded: the file is missing. Run `make train`.",
        ),
        (ReleaseRefused("r1", "it is gone"), "Release r1 was refused: it is gone."),
        (ContentInvalid(["one", "two"]), "one\ntwo"),
        (PlatformRefused("discord", "HTTP 403"), "discord refused a message (HTTP 403)."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_error_is_ours_and_says_its_sentence(error: BotError, sentence: str) -> None:
    assert isinstance(error, BotError)
    assert str(error) == sentence


def test_problems_of_content_stay_apart() -> None:
    assert ContentInvalid(["one", "two"]).problems == ("one", "two")


@pytest.mark.parametrize(("retry_after", "retryable"), [(None, False), (0.0, True), (3.5, True)])
def test_platform_says_whether_to_send_again(retry_after: float | None, retryable: bool) -> None:
    error = PlatformRefused("telegram", "HTTP 429", retry_after=retry_after)
    assert error.retryable is retryable
    assert error.retry_after == retry_after
