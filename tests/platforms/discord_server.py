"""A Discord on loopback: its HTTP API and gateway, as far as the unmodified discord.py needs them.

In a test's own loop:

    async with DiscordServer() as discord:
        # start the bot with discord.api_url, discord.gateway_url and discord.token, then
        await discord.wait_until_connected()
        user = discord.create_user(locale="fr")
        discord.send_dm(user, "Bonjour")
        [reply] = await discord.wait_for_messages(1, user=user)

From another process: `python -m tests.platforms.discord_server --port 8082`, then the verbs named
in `VERBS` as `POST /control/<verb>` with their arguments as JSON; the answer is `{"result": ...}`.
`Remote(url)` calls them from Python. All ids are strings.

It refuses what Discord refuses: texts, labels and nonces that are too long, values that come twice,
an acknowledgement after three seconds or a second one, a privileged intent, a wrong token. It shows
the bot no text of a guild message that does not mention it. Requests to routes that Discord does
not have are kept in `state.unknown`.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.platforms.discord_api import BASE, LABEL, MODAL, Api, answer
from tests.platforms.discord_gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, Gateway
from tests.platforms.discord_state import (
    DIRECT,
    GROUP,
    REPLY_MESSAGE,
    TEXT,
    BotMessage,
    Channel,
    Fault,
    Guild,
    Interaction,
    Json,
    State,
    User,
    member_json,
    message_json,
    now_text,
    snowflake,
)

COMMAND, COMPONENT, MODAL_SUBMIT = 2, 3, 5
IN_GUILD, WITH_BOT, PRIVATE = 0, 1, 2
BUTTON = 2


class DiscordServer:
    """One bot's Discord. Its verbs are what people do, what goes wrong, and what the bot did."""

    def __init__(self) -> None:
        self.state = State()
        self.gateway = Gateway(self.state)
        self._api = Api(self.state, self.gateway)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.state.token

    @property
    def url(self) -> str:
        """Where the control API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """For `DISCORD_API_URL`."""
        return self.url + BASE

    @property
    def gateway_url(self) -> str:
        """For `DISCORD_GATEWAY_URL`."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; the state of an earlier start is still there."""
        application = web.Application(middlewares=[self._api.middleware])
        application.add_routes(
            [
                web.get("/gateway", self.gateway.handle),
                web.post("/control/{verb}", self._control),
                *self._api.routes(),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        """Stop listening."""
        if self.gateway.is_connected:
            await self.gateway.disconnect("close")
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    # The world.

    def create_user(self, name: str = "Ado", *, locale: str = "en-US", is_bot: bool = False) -> str:
        """Somebody new; gives their id."""
        user = User(name, locale, is_bot)
        self.state.users[user.id] = user
        return user.id

    def create_guild(
        self, name: str = "École", *, locale: str = "en-US", has_bot: bool = True
    ) -> str:
        """A new guild; without the bot, it is one where people installed the bot for themselves."""
        guild = Guild(name, locale, has_bot)
        self.state.guilds[guild.id] = guild
        if has_bot and self.gateway.session is not None:
            self.gateway.dispatch("GUILD_CREATE", self.state.guild_json(guild), GUILDS)
        return guild.id

    def create_channel(self, guild: str) -> str:
        """A new text channel."""
        channel = Channel(TEXT, guild=guild)
        self.state.channels[channel.id] = channel
        if self.state.guilds[guild].has_bot and self.gateway.session is not None:
            self.gateway.dispatch("CHANNEL_CREATE", channel.to_json(), GUILDS)
        return channel.id

    def create_private_channel(self) -> str:
        """A channel between people, without the bot."""
        channel = Channel(GROUP)
        self.state.channels[channel.id] = channel
        return channel.id

    def direct_channel(self, user: str) -> str:
        """The channel between a user and the bot."""
        return self.state.direct_channel(user).id

    # What people do.

    def send_dm(self, user: str, text: str, **fields: Any) -> str:
        """Write to the bot; `fields` go into the message object (`sticker_items`, `type`, ...)."""
        channel = self.state.direct_channel(user)
        data = message_json(snowflake(), channel.id, self.state.users[user], text) | fields
        self.state.messages[data["id"]] = data
        self.gateway.dispatch("MESSAGE_CREATE", data, DIRECT_MESSAGES)
        return str(data["id"])

    def send_in_guild(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        mentions_bot: bool = False,
        reply_to: str | None = None,
        has_ping: bool = True,
        **fields: Any,
    ) -> str:
        """Write in a guild; a reply mentions the author it replies to, unless it has no ping."""
        author, place = self.state.users[user], self.state.channels[channel]
        data = message_json(snowflake(), channel, author, text)
        data |= {"guild_id": place.guild, "member": member_json(author)}
        if reply_to is not None:
            data |= self._reference(reply_to, channel)
            is_to_bot = data["referenced_message"]["author"]["id"] == self.state.bot.id
            mentions_bot = mentions_bot or (has_ping and is_to_bot)
        elif mentions_bot:
            data["content"] = f"<@{self.state.bot.id}> {text}"
        if mentions_bot:
            data["mentions"] = [self.state.bot.to_json()]
        data |= fields
        self.state.messages[data["id"]] = data
        seen = data if mentions_bot else data | {"content": "", "attachments": [], "embeds": []}
        self.gateway.dispatch("MESSAGE_CREATE", seen, GUILD_MESSAGES)
        return str(data["id"])

    def edit_message(self, message: str, text: str) -> None:
        """Change what one wrote to the bot."""
        data = self.state.messages[message] | {"content": text, "edited_timestamp": now_text()}
        intent = GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES
        self.gateway.dispatch("MESSAGE_UPDATE", data, intent)

    def delete_message(self, message: str) -> None:
        """Take back what one wrote to the bot."""
        data = self.state.messages.pop(message)
        kept: Json = {key: data[key] for key in ("id", "channel_id", "guild_id") if key in data}
        intent = GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES
        self.gateway.dispatch("MESSAGE_DELETE", kept, intent)

    def slash(
        self,
        user: str,
        command: str,
        options: Json | None = None,
        *,
        channel: str | None = None,
        is_registered: bool = True,
    ) -> str:
        """Use a slash command, by its own name or that in the user's language."""
        known = self._find_command(command, self.state.users[user].locale)
        if is_registered and known is None:
            raise LookupError(f"/{command} is not registered")
        data: Json = {"id": "1", "type": 1, "name": command, "options": []}
        if known is not None:
            data |= {"id": known["id"], "name": known["name"]}
        data["options"] = [
            {"name": name, "type": 3, "value": value} for name, value in (options or {}).items()
        ]
        return self.interact(user, COMMAND, data, channel=channel)

    def click(self, user: str, message: str, button: str) -> str:
        """Press a button, by its label or value, under any message of the bot."""
        shown = self.state.find_sent(message)
        if shown is None or shown.is_deleted:
            raise LookupError("there is no such message of the bot")
        values = [value for label, value in shown.buttons if button in (label, value)]
        if not values:
            raise LookupError("there is no such button")
        data = {"component_type": BUTTON, "custom_id": values[0]}
        return self.interact(user, COMPONENT, data, channel=shown.channel, message=shown.to_json())

    def fill_in(self, user: str, interaction: str, *values: str) -> str:
        """Fill in the form that an interaction opened, and send it off."""
        opened = self.state.interactions[interaction]
        if opened.callback_type != MODAL:
            raise LookupError("it opened no form")
        form = opened.callback_data
        fields = []
        for label, value in zip(form["components"], values, strict=True):
            field = label["component"]
            if len(value) > field.get("max_length", 4_000) or (field["required"] and not value):
                raise ValueError("the form does not let this be sent off")
            shown = {"type": field["type"], "custom_id": field["custom_id"], "value": value}
            fields.append({"type": LABEL, "component": shown})
        data = {"custom_id": form["custom_id"], "components": fields}
        return self.interact(user, MODAL_SUBMIT, data, channel=opened.channel.id)

    def interact(
        self, user: str, type: int, data: Json, *, channel: str | None = None, **fields: Any
    ) -> str:
        """Any interaction, in the direct channel unless another is named."""
        place = self.state.channels[channel] if channel else self.state.direct_channel(user)
        interaction = Interaction(type, user, place, data)
        self.state.interactions[interaction.id] = interaction
        self.gateway.dispatch("INTERACTION_CREATE", self._payload(interaction) | fields)
        return interaction.id

    def repeat(self, interaction: str) -> None:
        """Deliver an interaction to the bot once more."""
        known = self.state.interactions[interaction]
        self.gateway.dispatch("INTERACTION_CREATE", self._payload(known))

    # What goes wrong.

    def fail(
        self,
        method: str = "",
        path: str = "",
        *,
        status: int = 500,
        code: int = 0,
        retry_after: float = 0.05,
        times: int = 1,
        is_after: bool = False,
        is_drop: bool = False,
    ) -> None:
        """Fail the next requests of that method whose path contains that text (see `Fault`)."""
        self.state.faults.append(
            Fault(method, path, status, code, retry_after, times, is_after, is_drop)
        )

    def close_dm(self, user: str, *, is_closed: bool = True) -> None:
        """Have a user take no more direct messages from the bot, or take them again."""
        if is_closed:
            self.state.closed_to_bot.add(user)
        else:
            self.state.closed_to_bot.discard(user)

    def expire(self, interaction: str) -> None:
        """Let an interaction's 15 minutes be over."""
        self.state.interactions[interaction].is_expired = True

    async def disconnect(self, how: str = "close") -> None:
        """Lose the bot: `close`, `reconnect` (asked to) or `invalidate` (nothing to resume)."""
        await self.gateway.disconnect(how)

    def refuse_gateway(self, *, is_refused: bool = True) -> None:
        """Take no new connections to the gateway, or take them again."""
        self.gateway.is_down = is_refused

    # What the bot did.

    def messages(
        self, *, user: str | None = None, channel: str | None = None, interaction: str | None = None
    ) -> list[BotMessage]:
        """What the bot shows: in a direct channel, in a channel, or through an interaction."""
        place = self.direct_channel(user) if user else channel
        return [
            message
            for message in self.state.sent
            if not message.is_loading
            and not message.is_deleted
            and (place is None or message.channel == place)
            and (interaction is None or message.interaction == interaction)
        ]

    def sent(self, **which: str | None) -> list[Json]:
        """The same for tests over HTTP, as plain objects."""
        return [message.to_control() for message in self.messages(**which)]

    async def wait_for_messages(
        self, count: int, *, seconds: float = 10.0, **which: str | None
    ) -> list[BotMessage]:
        """Wait until the bot shows so many."""
        await self.wait_until(lambda: len(self.messages(**which)) >= count, seconds=seconds)
        return self.messages(**which)

    async def wait_for_sent(
        self, count: int, *, seconds: float = 10.0, **which: str | None
    ) -> list[Json]:
        """The same for tests over HTTP."""
        await self.wait_for_messages(count, seconds=seconds, **which)
        return self.sent(**which)

    async def wait_until_connected(self, *, seconds: float = 10.0) -> None:
        """Wait until the bot hears the gateway."""
        await self.wait_until(lambda: self.gateway.is_connected, seconds=seconds)

    async def wait_until_registered(self, *, seconds: float = 10.0) -> None:
        """Wait until the bot has commands."""
        await self.wait_until(lambda: bool(self.state.commands), seconds=seconds)

    async def wait_until(self, is_so: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Wait until something is so.

        Raises:
            TimeoutError: it was not, for that long.
        """
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError("what the test waits for did not happen")
            await asyncio.sleep(0.01)

    def interaction(self, interaction: str) -> Json:
        """When an interaction was made and acknowledged, and how."""
        return self.state.interactions[interaction].to_control()

    def commands(self) -> Sequence[Json]:
        """The commands that are registered."""
        return self.state.commands

    def unknown(self) -> Sequence[str]:
        """Requests to routes that Discord does not have."""
        return self.state.unknown

    def _find_command(self, name: str, locale: str) -> Json | None:
        for command in self.state.commands:
            if name in (command["name"], command.get("name_localizations", {}).get(locale)):
                return command
        return None

    def _reference(self, message: str, channel: str) -> Json:
        shown = self.state.find_sent(message)
        referenced = shown.to_json() if shown else self.state.messages[message]
        return {
            "type": REPLY_MESSAGE,
            "message_reference": {"message_id": message, "channel_id": channel},
            "referenced_message": referenced,
        }

    def _payload(self, interaction: Interaction) -> Json:
        user, place = self.state.users[interaction.user], interaction.channel
        data: Json = {
            "id": interaction.id,
            "application_id": self.state.bot.id,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "locale": user.locale,
            "channel_id": place.id,
            "channel": place.to_json() | {"recipients": []},
            "entitlements": [],
            "attachment_size_limit": 10_000_000,
            "app_permissions": "0",
        }
        if place.guild is None:
            context = WITH_BOT if place.kind == DIRECT else PRIVATE
            return data | {"user": user.to_json(), "context": context}
        guild = self.state.guilds[place.guild]
        return data | {
            "member": member_json(user),
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "context": IN_GUILD,
        }

    async def _control(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in VERBS:
            return answer({"error": f"there is no {verb}"}, 404)
        try:
            result = getattr(self, verb)(**(await request.json() if request.can_read_body else {}))
            if inspect.isawaitable(result):
                result = await result
        except (LookupError, TypeError, ValueError, RuntimeError, TimeoutError) as error:
            return answer({"error": f"{type(error).__name__}: {error}"}, 409)
        return answer({"result": result})


VERBS = frozenset(
    {
        "create_user", "create_guild", "create_channel", "create_private_channel", "direct_channel",
        "send_dm", "send_in_guild", "edit_message", "delete_message", "slash", "click", "interact",
        "fill_in", "repeat", "fail", "close_dm", "expire", "disconnect", "refuse_gateway", "sent",
        "wait_for_sent", "wait_until_connected", "wait_until_registered", "interaction", "commands",
        "unknown",
    }
)  # fmt: skip
"""What `POST /control/<verb>` takes."""


class Remote:
    """Calls the verbs of a server in another process: `Remote(url).send_dm(user=..., text=...)`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        """The verb, as a function of keyword arguments that waits for the result."""

        def call(**arguments: Any) -> Any:
            request = urllib.request.Request(
                f"{self._url}/control/{verb}",
                data=json.dumps(arguments).encode(),
                headers={"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["result"]

        return call


async def _run(port: int) -> None:
    discord = DiscordServer()
    await discord.start(port)
    sys.stdout.write(
        f"DISCORD_API_URL={discord.api_url} DISCORD_GATEWAY_URL={discord.gateway_url}"
        f" DISCORD_BOT_TOKEN={discord.token} CONTROL_URL={discord.url}\n"
    )
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Discord on loopback, for tests.")
    parser.add_argument("--port", type=int, default=0)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args().port))
