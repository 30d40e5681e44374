"""The calls to Discord that carry answers, and the names of their failures.

Called by `sending` for answers and by `receiving` for notices. The payloads come from `rendering`;
the library's HTTP client waits for rate limits.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.adapters.discord.address import Address
from bot.adapters.discord.rendering import EPHEMERAL, Payload
from bot.errors import PlatformRefused

INVALID_TOKEN = 50027
"""Discord's code for an interaction token that has run out."""
INTERACTION = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = INTERACTION + "/messages/@original"


class Gone(PlatformRefused):
    """Discord no longer knows the interaction, the message or the channel."""


class DiscordApi:
    """Answers people, through their interaction or in their channel."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http

    async def answer(
        self,
        address: Address,
        payload: Payload,
        *,
        number: int,
        nonce: str,
        file: bytes | None = None,
    ) -> None:
        """Send one message; `number` counts the messages of one answer from 0.

        A `file` is the content of the one attachment that the payload describes.

        The same call twice shows the message once, but for the second and later messages of an
        interaction: Discord has no way to recognise those.

        Raises:
            PlatformRefused: retryable or not, as it says.
        """
        if address.has_valid_token(time.time()):
            with suppress(Gone):
                await self._through_interaction(address, payload, number, file)
                return
        if address.channel is None:
            raise Gone("discord", "interaction over")
        await self._in_channel(address, payload, number=number, nonce=nonce, file=file)

    async def withdraw(self, address: Address) -> None:
        """Take the mark of a deferred answer away, without an answer."""
        await self._request(_interaction_route("DELETE", ORIGINAL, address))

    async def show_typing(self, channel: int) -> None:
        """Show for some seconds that an answer is being written."""
        await self._request(Route("POST", "/channels/{channel_id}/typing", channel_id=channel))

    async def _through_interaction(
        self, address: Address, payload: Payload, number: int, file: bytes | None
    ) -> None:
        if number == 0 and not address.is_news:
            await self._request(_interaction_route("PATCH", ORIGINAL, address), payload, file)
            return
        flags = payload["flags"] | (EPHEMERAL if address.is_ephemeral else 0)
        route = _interaction_route("POST", INTERACTION, address)
        await self._request(route, payload | {"flags": flags}, file)

    async def _in_channel(
        self, address: Address, payload: Payload, *, number: int, nonce: str, file: bytes | None
    ) -> None:
        extra: Payload = {"nonce": nonce, "enforce_nonce": True}
        if address.message is not None and number == 0:
            extra["message_reference"] = {
                "message_id": address.message,
                "channel_id": address.channel,
                "fail_if_not_exists": False,
            }
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=address.channel)
        await self._request(route, payload | extra, file)

    async def _request(
        self, route: Route, payload: Payload | None = None, file: bytes | None = None
    ) -> None:
        body: dict[str, Any] = {} if payload is None else {"json": payload}
        if payload is not None and file is not None:
            body = {"form": _form(payload, file)}
        with discord_errors():
            await self._http.request(route, **body)


def _interaction_route(method: str, path: str, address: Address) -> Route:
    return Route(method, path, webhook_id=address.application, webhook_token=address.token)


def _form(payload: Payload, file: bytes) -> list[dict[str, Any]]:
    """A body with a file beside it, as the library's client takes it."""
    [attachment] = payload["attachments"]
    return [
        {"name": "payload_json", "value": json.dumps(payload)},
        {
            "name": "files[0]",
            "value": file,
            "filename": attachment["filename"],
            "content_type": "application/octet-stream",
        },
    ]


@contextmanager
def discord_errors() -> Iterator[None]:
    """Name every failure of Discord in our own words, without its text.

    Raises:
        PlatformRefused: retryable where Discord, the line to it or our session is in trouble.
    """
    try:
        yield
    except discord.RateLimited as error:
        raise PlatformRefused("discord", "rate limit", retry_after=error.retry_after) from error
    except discord.HTTPException as error:
        raise _named(error) from error
    except (OSError, aiohttp.ClientError, TimeoutError, RuntimeError) as error:
        raise PlatformRefused("discord", type(error).__name__, retry_after=0.0) from error


def _named(error: discord.HTTPException) -> PlatformRefused:
    reason = f"{error.status}/{error.code}"
    if error.status == 404 or error.code == INVALID_TOKEN:
        return Gone("discord", reason)
    # 401 is a bot token that was withdrawn: answers wait until the process has a new one.
    if error.status in (401, 408, 429) or error.status >= 500:
        return PlatformRefused("discord", reason, retry_after=0.0)
    return PlatformRefused("discord", reason)
