"""The bot finds Discord, stays connected, registers its commands once, and says what is wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from unittest.mock import ANY

import pytest

from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.client import GatewayClient
from bot.errors import SettingInvalid
from tests.contract.discord_bot import (
    IDENTITY_KEY,
    ROOT,
    MemoryStore,
    adapter_for,
    discord_bot,
    echo,
    library,
    running,
    settings_for,
)
from tests.platforms.discord_server import DiscordServer, Remote


def _strange(discord: DiscordServer, token: str) -> DiscordAdapter:
    store = MemoryStore(echo)
    return DiscordAdapter(
        settings_for(discord.api_url, discord.gateway_url, token),
        store,
        store,
        store.files,
        library=library(),
        identity_key=IDENTITY_KEY,
        registered=store,
    )


async def test_wrong_token_stops_with_the_settings_name() -> None:
    async with DiscordServer() as discord:
        with pytest.raises(SettingInvalid) as stopped:
            await asyncio.wait_for(_strange(discord, "wrong").run(), 10)
    assert stopped.value.name == "DISCORD_BOT_TOKEN"
    assert "wrong" not in str(stopped.value)


async def test_token_withdrawn_later_stops_with_the_settings_name() -> None:
    async with DiscordServer() as discord:
        serving = asyncio.create_task(adapter_for(discord, MemoryStore(echo)).run())
        await discord.wait_until_connected()
        discord.state.token = "another"
        await discord.disconnect("close")
        with pytest.raises(SettingInvalid) as stopped:
            await asyncio.wait_for(serving, 10)
    assert stopped.value.name == "DISCORD_BOT_TOKEN"


async def test_discord_that_is_down_at_the_start_is_waited_for() -> None:
    discord = DiscordServer()
    await discord.start()
    await discord.stop()
    async with running(adapter_for(discord, MemoryStore(echo))):
        await asyncio.sleep(0.1)
        async with discord:
            discord.fail("GET", "/users/@me", status=503)
            await discord.wait_until_connected()
            user = discord.create_user()
            discord.send_dm(user, "hello")
            await discord.wait_for_messages(1, user=user)


async def test_gateway_that_is_down_at_the_start_is_waited_for() -> None:
    async with DiscordServer() as discord:
        discord.refuse_gateway()
        store = MemoryStore(echo)
        async with running(adapter_for(discord, store)):
            await discord.wait_until(lambda: store.commands is not None)
            discord.refuse_gateway(is_refused=False)
            await discord.wait_until_connected()


@pytest.mark.parametrize("how", ["close", "reconnect"])
async def test_what_is_said_while_the_gateway_is_lost_arrives_once(how: str) -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        discord.send_dm(user, "before")
        await discord.wait_for_messages(1, user=user)
        await discord.disconnect(how)
        discord.send_dm(user, "between")
        await discord.wait_for_messages(2, user=user)
        discord.send_dm(user, "after")
        await discord.wait_for_messages(3, user=user)
        resumes, identifies = discord.gateway.resumes, discord.gateway.identifies
    assert [message.text for message in store.messages] == ["before", "between", "after"]
    assert (resumes, identifies) == (1, 1)


async def test_session_that_is_invalid_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: GatewayClient, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify without the library's pause of five seconds."""

    monkeypatch.setattr(GatewayClient, "before_identify_hook", at_once)
    async with discord_bot() as (discord, _):
        await discord.disconnect("invalidate")
        await discord.wait_until(lambda: discord.gateway.identifies == 2)
        user = discord.create_user()
        discord.send_dm(user, "hello again")
        [reply] = await discord.wait_for_messages(1, user=user)
    assert reply.content == "hello again"


async def test_commands_are_registered_in_both_languages_for_every_place() -> None:
    async with discord_bot() as (discord, _):
        commands = {command["name"]: command for command in discord.commands()}
    expected = {"ask", "help", "share", "views", "results", "data", "language", "privacy"}
    assert set(commands) == expected | {"delete", "human", "report", "withdraw", "stop"}
    ask = commands["ask"]
    assert ask["name_localizations"] == {"fr": "demander", "en-US": "ask", "en-GB": "ask"}
    assert ask["contexts"] == [0, 1, 2]
    assert ask["integration_types"] == [0, 1]
    [question] = ask["options"]
    assert (question["name"], question["type"], question["required"]) == ("question", 3, True)
    assert (question["min_length"], question["max_length"]) == (1, 1_000)
    assert question["description_localizations"]["fr"].startswith("Ta question")
    assert commands["privacy"]["name_localizations"]["fr"] == "confidentialité"


async def test_commands_are_registered_again_only_when_they_or_the_bot_change() -> None:
    store = MemoryStore(echo)
    async with DiscordServer() as discord, DiscordServer() as other:
        await _start_and_stop(discord, store)
        await _start_and_stop(discord, store)
        assert discord.state.command_writes == 1
        await _start_and_stop(other, store)
        assert other.state.command_writes == 1
        store.commands = "of an older version"
        await _start_and_stop(discord, store)
        assert discord.state.command_writes == 2


async def _start_and_stop(discord: DiscordServer, store: MemoryStore) -> None:
    """Start the bot, and stop it once it has looked after its commands."""
    asked, before = store.tries["get"], store.commands
    async with running(adapter_for(discord, store)):
        await discord.wait_until_connected()
        await discord.wait_until(lambda: store.tries["get"] > asked)
        with suppress(TimeoutError):
            await discord.wait_until(lambda: store.commands != before, seconds=0.3)


async def test_commands_are_registered_when_discord_and_redis_are_back() -> None:
    async with DiscordServer() as discord:
        store = MemoryStore(echo)
        store.is_gone = True
        discord.fail("PUT", "/commands", status=503)
        async with running(adapter_for(discord, store)):
            await discord.wait_until(lambda: store.tries["get"] > 0)
            store.is_gone = False
            await discord.wait_until(lambda: store.commands is not None)
        assert discord.state.command_writes == 1


async def test_only_intents_without_review_are_asked_for() -> None:
    async with discord_bot() as (discord, _):
        session = discord.gateway.session
        assert session is not None
        intents = session.intents
    assert intents == 1 << 0 | 1 << 9 | 1 << 12


async def test_bot_in_another_process_is_driven_over_http() -> None:
    async with DiscordServer() as discord:
        environment = os.environ | {
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "DISCORD_BOT_TOKEN": discord.token,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.contract.discord_bot", cwd=ROOT, env=environment
        )
        try:
            shown = await asyncio.to_thread(_drive, Remote(discord.url))
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    assert shown == [
        {"content": "Bonjour!", "is_ephemeral": False, "buttons": ANY},
        {"content": "Why?", "is_ephemeral": True, "buttons": ANY},
    ]


def _drive(discord: Remote) -> list[dict[str, object]]:
    """A test in yet another process would do the same."""
    discord.wait_until_connected(seconds=30)
    user = discord.create_user(locale="fr")
    room = discord.create_channel(guild=discord.create_guild())
    discord.send_dm(user=user, text="Bonjour!")
    discord.wait_for_sent(count=1, user=user)
    discord.wait_until_registered()
    asked = discord.slash(user=user, command="ask", options={"question": "Why?"}, channel=room)
    discord.wait_for_sent(count=1, interaction=asked)
    keys = ("content", "is_ephemeral", "buttons")
    return [{key: message[key] for key in keys} for message in discord.sent()]
