"""The address that Telegram calls with updates; mounted by the web process."""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.adapters.telegram.receiving import Receiver
from bot.errors import SettingInvalid, StoreUnavailable
from bot.settings import Secret, Settings

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
RETRY_SECONDS = "2"
"""Without it, Telegram waits longer after each failure, up to two minutes."""
PROOF_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_route(settings: Settings, receiver: Receiver) -> Route:
    """The route of `TELEGRAM_WEBHOOK_URL`.

    Raises:
        SettingInvalid: the secret is missing, or the address has no path of its own.
    """
    settings.require_telegram()
    path = urlsplit(settings.telegram_webhook_url).path
    if path in ("", "/"):
        raise SettingInvalid(
            "TELEGRAM_WEBHOOK_URL",
            "give the webhook a path of its own, for example https://your.host/telegram",
        )
    webhook = _Webhook(settings.telegram_webhook_secret, receiver)
    return Route(path, webhook.answer, methods=["POST"], name="telegram")


class _Webhook:
    """Stores an update, then says 200; Telegram brings back whatever got another answer.

    It does not bring a chat's next message before that, so order is kept.
    """

    def __init__(self, secret: Secret, receiver: Receiver) -> None:
        self._secret = secret
        self._receiver = receiver

    async def answer(self, request: Request) -> Response:
        if not self._is_from_telegram(request):
            return Response(status_code=403)
        try:
            body = await _read_body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        update = _update_in(body)
        if update is None:
            return Response(status_code=400)
        try:
            await self._receiver.receive(update)
        except (StoreUnavailable, TelegramError) as error:
            log.warning("An update was sent back to Telegram (%s).", type(error).__name__)
            return Response(status_code=503, headers={"Retry-After": RETRY_SECONDS})
        return Response(status_code=200)

    def _is_from_telegram(self, request: Request) -> bool:
        given = request.headers.get(PROOF_HEADER, "").encode("latin-1")
        wanted = self._secret.reveal().encode("utf-8")
        return bool(wanted) and hmac.compare_digest(given, wanted)


async def _read_body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _update_in(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    has_id = isinstance(update, dict) and isinstance(update.get("update_id"), int)
    return update if has_id else None
