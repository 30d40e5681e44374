"""The embedded Valkey: on loopback, behind a password, its data kept between runs."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from bot.errors import SettingInvalid
from bot.processes.valkey import EmbeddedValkey, find_valkey, free_port


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "valkey")
    await server.start()
    yield server
    await server.stop()


def test_server_lies_in_its_package() -> None:
    path = find_valkey()
    assert path.name == "valkey-server"
    assert os.access(path, os.X_OK)


def test_machine_without_a_server_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingInvalid, match=r"^BOT_REDIS_URL: .*give a Redis's address"):
        find_valkey()


def test_free_port_can_be_listened_on() -> None:
    assert 1024 <= free_port() <= 65535


async def test_server_answers_who_has_the_password(valkey: EmbeddedValkey) -> None:
    async with Redis.from_url(valkey.url) as client:
        assert await client.ping()


async def test_server_refuses_who_has_not(valkey: EmbeddedValkey) -> None:
    address = valkey.url.rpartition("@")[2]
    async with Redis.from_url(f"redis://{address}") as client:
        with pytest.raises(AuthenticationError):
            await client.ping()


async def test_server_listens_on_loopback_alone(valkey: EmbeddedValkey) -> None:
    async with Redis.from_url(valkey.url) as client:
        assert (await client.config_get("bind"))["bind"] == "127.0.0.1"


async def test_only_the_owner_may_read_the_password(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    assert (tmp_path / "valkey/valkey.conf").stat().st_mode & 0o077 == 0


async def test_data_outlive_the_server(tmp_path: Path) -> None:
    first = EmbeddedValkey(tmp_path / "valkey")
    await first.start()
    async with Redis.from_url(first.url) as client:
        await client.set("kept", "yes")
    await first.stop()
    second = EmbeddedValkey(tmp_path / "valkey")
    await second.start()
    try:
        async with Redis.from_url(second.url) as client:
            assert await client.get("kept") == b"yes"
    finally:
        await second.stop()


def test_each_run_has_a_password_of_its_own(tmp_path: Path) -> None:
    passwords = {EmbeddedValkey(tmp_path).url.split("@")[0] for _ in range(3)}
    assert len(passwords) == 3


async def test_stopping_what_never_started_is_quiet(tmp_path: Path) -> None:
    await EmbeddedValkey(tmp_path).stop()
