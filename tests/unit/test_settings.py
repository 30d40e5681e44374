"""Settings: what stands by default, and the sentence that a wrong one stops a process with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingInvalid
from bot.settings import Secret, read_settings

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "123:abc"}
WEBHOOK = TELEGRAM | {
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_URL": "https://bot.example.org/telegram",
    "TELEGRAM_WEBHOOK_SECRET": "a" * 16,
}


def test_empty_environment_gives_a_bot_on_loopback() -> None:
    settings = read_settings({})
    assert settings.data_dir == Path("var")
    assert settings.models_dir == Path("var/models")
    assert settings.key_file == Path("var/key.json")
    assert settings.is_key_file_ours
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert (settings.engine_workers, settings.transcript_days) == (1, 30)
    assert (settings.redis_url, settings.database_url) == ("", "")
    assert settings.telegram_mode == "polling"
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert not settings.telegram_token
    assert not settings.discord_token


def test_empty_values_count_as_not_given() -> None:
    names = ["BOT_DATA_DIR", "BOT_HTTP_PORT", "BOT_KEY_FILE", "BOT_REDIS_URL", "TELEGRAM_MODE"]
    assert read_settings(dict.fromkeys(names, "")).http_port == 8080


def test_key_file_follows_the_data_folder_unless_it_is_given() -> None:
    ours = read_settings({"BOT_DATA_DIR": "/srv/bot"})
    given = read_settings({"BOT_DATA_DIR": "/srv/bot", "BOT_KEY_FILE": "/keys/key.json"})
    assert (ours.key_file, ours.is_key_file_ours) == (Path("/srv/bot/key.json"), True)
    assert (given.key_file, given.is_key_file_ours) == (Path("/keys/key.json"), False)


def test_addresses_lose_their_last_slash_where_a_path_is_added() -> None:
    settings = read_settings({"TELEGRAM_API_URL": " http://127.0.0.1:9000/ "})
    assert settings.telegram_api_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("BOT_HTTP_PORT", "0", "from 1 to 65535"),
        ("BOT_HTTP_PORT", "65536", "from 1 to 65535"),
        ("BOT_HTTP_PORT", "http", "whole number"),
        ("BOT_HTTP_PORT", "-1", "whole number"),
        ("BOT_HTTP_PORT", "8080.0", "whole number"),
        ("BOT_HTTP_PORT", "٨٠٨٠", "whole number"),
        ("BOT_HTTP_PORT", "1" * 5000, "whole number"),
        ("BOT_ENGINE_WORKERS", "65", "from 1 to 64"),
        ("BOT_TRANSCRIPT_DAYS", "0", "from 1 to 365"),
        ("BOT_REDIS_URL", "localhost:6379", "begins with redis://"),
        ("BOT_REDIS_URL", "http://localhost", "begins with redis://"),
        ("TELEGRAM_MODE", "push", "`polling` or `webhook`"),
        ("TELEGRAM_API_URL", "ftp://example.org", "begins with http://"),
        ("TELEGRAM_API_URL", "http://[::1", "begins with http://"),
        ("TELEGRAM_WEBHOOK_URL", "bot.example.org", "begins with http://"),
        ("DISCORD_API_URL", "discord.com", "begins with http://"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg", "begins with ws://"),
    ],
)
def test_wrong_value_is_refused_by_name(name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings({name: value})
    assert refused.value.name == name
    assert str(refused.value).startswith(f"{name}: ")
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    "url", ["redis://h:1/0", "rediss://h", "unix:///run/redis.sock", "redis+cluster://h:1"]
)
def test_every_kind_of_redis_address_is_taken_as_it_is(url: str) -> None:
    assert read_settings({"BOT_REDIS_URL": url}).require_redis() == url


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_BOT_TOKEN": "  "}, "TELEGRAM_BOT_TOKEN"),
        (WEBHOOK | {"TELEGRAM_WEBHOOK_URL": ""}, "TELEGRAM_WEBHOOK_URL"),
        (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": ""}, "TELEGRAM_WEBHOOK_SECRET"),
        (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": "a" * 15}, "TELEGRAM_WEBHOOK_SECRET"),
        (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": "a" * 257}, "TELEGRAM_WEBHOOK_SECRET"),
        (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": "é" * 16}, "TELEGRAM_WEBHOOK_SECRET"),
    ],
)
def test_telegram_is_refused_without_what_it_needs(environ: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings(environ).require_telegram()
    assert refused.value.name == missing


@pytest.mark.parametrize("environ", [TELEGRAM, WEBHOOK], ids=["polling", "webhook"])
def test_telegram_gives_its_token_when_all_is_there(environ: dict[str, str]) -> None:
    assert read_settings(environ).require_telegram().reveal() == "123:abc"


def test_discord_and_redis_are_asked_for_by_name() -> None:
    with pytest.raises(SettingInvalid, match="^DISCORD_BOT_TOKEN: "):
        read_settings({}).require_discord()
    with pytest.raises(SettingInvalid, match="^BOT_REDIS_URL: "):
        read_settings({}).require_redis()
    assert read_settings({"DISCORD_BOT_TOKEN": " t0ken\n"}).require_discord().reveal() == "t0ken"


OPENID = {
    "BOT_OIDC_ISSUER": "https://id.example.org/",
    "BOT_OIDC_CLIENT_ID": " console ",
    "BOT_OIDC_CLIENT_SECRET": "s3cret",
    "BOT_CONSOLE_PUBLIC_URL": "https://bot.example.org/",
}


def test_openid_is_left_out_unless_a_provider_is_named() -> None:
    without = {name: value for name, value in OPENID.items() if name != "BOT_OIDC_ISSUER"}
    assert read_settings(without).openid is None
    assert read_settings(without).console_public_url == "https://bot.example.org"


def test_openid_is_taken_with_all_that_belongs_to_it() -> None:
    openid = read_settings(OPENID).openid
    assert openid is not None
    assert (openid.issuer, openid.client_id) == ("https://id.example.org", "console")
    assert openid.client_secret.reveal() == "s3cret"
    assert openid.public_url == "https://bot.example.org"
    assert not openid.is_only_way
    only = read_settings({**OPENID, "BOT_OIDC_ONLY": "yes"}).openid
    assert only is not None
    assert only.is_only_way
    assert "s3cret" not in repr(read_settings(OPENID))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"BOT_OIDC_CLIENT_ID": ""}, "BOT_OIDC_CLIENT_ID"),
        ({"BOT_OIDC_CLIENT_SECRET": "  "}, "BOT_OIDC_CLIENT_SECRET"),
        ({"BOT_CONSOLE_PUBLIC_URL": ""}, "BOT_CONSOLE_PUBLIC_URL"),
        ({"BOT_CONSOLE_PUBLIC_URL": "bot.example.org"}, "BOT_CONSOLE_PUBLIC_URL"),
        ({"BOT_OIDC_ISSUER": "http://id.example.org"}, "BOT_OIDC_ISSUER"),
        ({"BOT_OIDC_ISSUER": "id.example.org"}, "BOT_OIDC_ISSUER"),
        ({"BOT_OIDC_ISSUER": "", "BOT_OIDC_ONLY": "yes"}, "BOT_OIDC_ISSUER"),
        ({"BOT_OIDC_ONLY": "true"}, "BOT_OIDC_ONLY"),
    ],
)
def test_openid_is_refused_without_what_it_needs(changes: dict[str, str], name: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings(OPENID | changes)
    assert refused.value.name == name


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, "%s".__mod__])
def test_secret_never_prints(show: object) -> None:
    assert callable(show)
    assert "t0ken" not in show(Secret("t0ken"))


def test_settings_never_print_their_secrets() -> None:
    settings = read_settings(WEBHOOK | {"DISCORD_BOT_TOKEN": "t0ken"})
    assert "t0ken" not in repr(settings)
    assert "123:abc" not in repr(settings)
    assert "a" * 16 not in repr(settings)


def test_secret_is_false_when_empty() -> None:
    assert Secret("x")
    assert not Secret("")
