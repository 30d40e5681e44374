"""A Telegram on loopback: a Bot API server that tests talk to over real HTTP.

In a test's own loop:

    async with TelegramServer() as telegram:
        telegram.write("Bonjour", user=7)
        await telegram.wait_for_messages(1)

From another process: `python -m tests.platforms.telegram_server --port 8081`, then the verbs of
`CONTROLS` as `POST /control/<verb>`, arguments as JSON; the answer is `{"result": ...}`.

It refuses what Telegram refuses (see `telegram_api`) and fails on demand: `fail`, `block`,
`migrate`, or `stop`, after which connections are refused until `start`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self, get_args
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.platforms.telegram_api import (
    BOT_ID,
    ApiError,
    BotApi,
    Json,
    Upload,
    Webhook,
    length,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN = f"{BOT_ID}:AAE-a-token-for-tests-only-0123456789"
USERNAME = "parlouvert_test_bot"
RETRY_WEBHOOK_SECONDS = 0.05
CONTROLS = ("write", "press", "tap", "push", "block", "migrate", "fail", "sent", "calls_of")

Failure = Literal[
    "retry_after",  # 429 with `seconds`
    "server_error",  # 500, as the Bot API says it
    "gateway",  # 502, as a proxy before the Bot API says it
    "refuse",  # `code` with `description`
    "lose",  # done, and the connection drops before the answer
    "drop",  # not done, and the connection drops
    "hang",  # done, and no answer ever comes
]


@dataclass
class PlannedFailure:
    """What happens to the next calls of a method."""

    method: str
    kind: Failure
    times: int
    details: Json = field(default_factory=dict)


class TelegramServer(BotApi):
    """One bot's Telegram, with the people who write to it."""

    def __init__(self, *, token: str = TOKEN, username: str = USERNAME) -> None:
        super().__init__(username=username)
        self.token = token
        self.port = 0
        self.calls: list[tuple[str, Json]] = []
        """Method and parameters of every call, those that failed too."""
        self.webhook_answers: list[int] = []
        """What the webhook answered, call by call; 0 for no answer."""
        self._failures: list[PlannedFailure] = []
        self._running = AsyncExitStack()

    # Running it

    @property
    def url(self) -> str:
        """What `TELEGRAM_API_URL` is set to."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen; after a stop, at the same port and with all it knew."""
        self.port = await self._running.enter_async_context(
            serve(application(self), port=port or self.port)
        )
        poster = asyncio.create_task(self._post_updates())
        self._running.callback(poster.cancel)

    async def stop(self) -> None:
        """Stop listening: connections are refused from now on."""
        await self.end_polls()
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # What people do

    def write(
        self,
        text: str | None = None,
        *,
        user: int = 1,
        chat: int | None = None,
        language: str | None = "en",
        **more: object,
    ) -> int:
        """A person writes, in private or in a group; `more` is added to the message."""
        message: Json = {
            "message_id": next(self.ids),
            "date": int(time.time()),
            "chat": self.chat(user if chat is None else chat),
            "from": person(user, language),
            **({"text": text, "entities": entities_in(text)} if text is not None else {}),
            **more,
        }
        self.messages[message["chat"]["id"], message["message_id"]] = message
        return self.push({"message": message})

    def press(
        self,
        data: str,
        *,
        user: int = 1,
        chat: int | None = None,
        language: str | None = "en",
        is_stale: bool = False,
    ) -> int:
        """A person presses a button under the bot's last message in a chat."""
        place = user if chat is None else chat
        under = self.sent(place)[-1:] or [self.new_message(self.chat(place), text="Hello")]
        return self._press_under(under[0], data, person(user, language), is_stale=is_stale)

    def tap(self, button: str, *, user: int = 1, language: str | None = "en") -> int:
        """A person presses a button that they see, by its label or value, the newest of several."""
        for message in reversed(self.sent(user)):
            for label, data in buttons_under(message):
                if button in (label, data):
                    return self._press_under(message, data, person(user, language))
        raise LookupError("there is no such button")

    def _press_under(self, message: Json, data: str, who: Json, *, is_stale: bool = False) -> int:
        press: Json = {
            "id": str(next(self.ids)),
            "from": who,
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        if not is_stale:
            self.presses.add(press["id"])
        return self.push({"callback_query": press})

    def push(self, update: Json) -> int:
        """Any update, without its id; returns the id."""
        update_id = next(self.ids)
        if not self.allowed or next(iter(update)) in self.allowed:
            self.pending.append({"update_id": update_id, **update})
            asyncio.get_running_loop().call_soon(self._wake)
        return update_id

    def block(self, chat: int, *, is_blocked: bool = True) -> None:
        """A person blocks the bot, or no longer."""
        (self.blocked.add if is_blocked else self.blocked.discard)(chat)

    def migrate(self, chat: int, new_chat: int) -> None:
        """A group becomes a supergroup, with a new id."""
        self.chat(new_chat)
        self.migrated[chat] = new_chat

    def fail(self, method: str, kind: Failure, *, times: int = 1, **details: object) -> None:
        """Make the next calls of a method fail in this way."""
        if kind not in get_args(Failure):
            raise ValueError(f"no such failure: {kind}")
        self._failures.append(PlannedFailure(method.lower(), kind, times, details))

    # What the bot did

    def sent(self, chat: int | None = None) -> list[Json]:
        """The bot's messages that stand in one chat, or in all, in order."""
        return [
            message
            for (place, _), message in sorted(self.messages.items(), key=lambda item: item[0][1])
            if message["from"]["id"] == BOT_ID and chat in (None, place)
        ]

    def calls_of(self, method: str) -> list[Json]:
        """The parameters of each call of a method, those that failed too."""
        return [parameters for name, parameters in self.calls if name.lower() == method.lower()]

    async def wait_for_messages(self, count: int, *, chat: int | None = None) -> list[Json]:
        """The bot's messages, as soon as there are so many."""
        await self.wait_until(lambda: len(self.sent(chat)) >= count)
        return self.sent(chat)

    # Answering and posting

    async def answer(self, token: str, method: str, parameters: Json) -> Response:
        """Answer one call of the bot."""
        self.calls.append((method, parameters))
        failure = self._next_failure(method)
        try:
            if token != self.token:
                raise ApiError(401, "Unauthorized")
            if failure:
                refuse_before(failure)
            result = await self.perform(method, parameters)
            response: Response = JSONResponse({"ok": True, "result": result})
        except ApiError as error:
            response = _refusal(error)
        await self.notify()
        return answer_of(failure, response) if failure else response

    def _next_failure(self, method: str) -> PlannedFailure | None:
        for failure in self._failures:
            if failure.method == method.lower() and failure.times > 0:
                failure.times -= 1
                return failure
        return None

    async def _post_updates(self) -> None:
        """Post to the webhook: a chat's next update only when the one before was taken."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                await self.wait_until(lambda: bool(self.webhook and self.pending), seconds=1e9)
                refused: set[int] = set()
                for update in list(self.pending):
                    chat = chat_of(update)
                    if self.webhook is None or chat in refused:
                        continue
                    if await self._post(client, self.webhook, update):
                        self.pending.remove(update)
                    else:
                        refused.add(chat)
                await self.notify()
                await asyncio.sleep(RETRY_WEBHOOK_SECONDS if refused else 0)

    async def _post(self, client: httpx.AsyncClient, webhook: Webhook, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            status = (await client.post(webhook.url, json=update, headers=headers)).status_code
        except httpx.HTTPError:
            status = 0
        self.webhook_answers.append(status)
        return 200 <= status <= 299

    def _wake(self) -> None:
        self._waking = asyncio.create_task(self.notify())


# What Telegram adds to what people do


def person(user: int, language: str | None) -> Json:
    """A person as the Bot API shows one."""
    known: Json = {"id": user, "is_bot": False, "first_name": f"Person {user}"}
    return known | ({"language_code": language} if language else {})


def buttons_under(message: Json) -> list[tuple[str, str]]:
    """Label and value of each button of a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]


def entities_in(text: str) -> list[Json]:
    """The commands and mentions that Telegram finds in a text."""
    return [
        {
            "type": "mention" if found[0].startswith("@") else "bot_command",
            "offset": length(text[: found.start()]),
            "length": length(found[0]),
        }
        for found in re.finditer(r"(?<!\w)@\w{3,}|(?<!\S)/\w+(?:@\w+)?", text)
    ]


def chat_of(update: Json) -> int:
    """The chat whose order an update keeps."""
    content = next(value for name, value in update.items() if name != "update_id")
    place = content.get("chat") or content.get("message", {}).get("chat") or {"id": 0}
    return int(place["id"])


# Failures on demand


def refuse_before(failure: PlannedFailure) -> None:
    """Raise instead of doing what was asked."""
    if failure.kind == "retry_after":
        seconds = failure.details.get("seconds", 1)
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    if failure.kind == "server_error":
        raise ApiError(500, "Internal Server Error")
    if failure.kind == "refuse":
        raise ApiError(failure.details["code"], failure.details["description"])
    if failure.kind in ("gateway", "drop"):
        raise ApiError(502, "Bad Gateway")  # `answer_of` gives it its form


def answer_of(failure: PlannedFailure, response: Response) -> Response:
    """What goes out instead of the answer."""
    if failure.kind == "gateway":
        return Response("<html>502 Bad Gateway</html>", 502)
    if failure.kind in ("lose", "drop"):
        return DroppedResponse()
    return HangingResponse() if failure.kind == "hang" else response


def _refusal(error: ApiError) -> JSONResponse:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, error.code)


class DroppedResponse(Response):
    """Closes the connection in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise a body and send none."""
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class HangingResponse(Response):
    """Never answers; ends when the caller gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the caller to leave."""
        while (await receive())["type"] != "http.disconnect":
            pass


# HTTP


def application(telegram: TelegramServer) -> Starlette:
    """The Bot API and the control API of one server."""

    async def call(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        parameters = _decode(await request.body(), kind, telegram.uploads)
        path = request.path_params
        return await telegram.answer(path["token"], path["method"], parameters)

    async def control(request: Request) -> Response:
        verb = request.path_params["verb"]
        if verb not in CONTROLS:
            return JSONResponse({"error": f"verbs are {', '.join(CONTROLS)}"}, 404)
        arguments = json.loads(await request.body() or b"{}")
        return JSONResponse({"result": getattr(telegram, verb)(**arguments)})

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
            Route("/control/{verb}", control, methods=["POST"]),
        ]
    )


STRUCTURED = (
    "allowed_updates",
    "commands",
    "entities",
    "link_preview_options",
    "reply_markup",
    "reply_parameters",
    "scope",
)
"""Parameters that hold JSON when they come in a form."""


def _decode(body: bytes, content_type: str, uploads: dict[str, Upload]) -> Json:
    if content_type.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    if content_type.startswith("multipart/"):
        fields: Any = list(_parts(body, content_type, uploads))
    else:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
    return {name: json.loads(value) if name in STRUCTURED else value for name, value in fields}


def _parts(body: bytes, content_type: str, uploads: dict[str, Upload]) -> Iterator[tuple[str, str]]:
    """The fields of a form with files; a file is kept, and named in the place of its content."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        names = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
        if "filename" in names:
            key = f"upload-{len(uploads)}"
            uploads[key] = Upload(names["filename"], content)
            yield names["name"], key
        else:
            yield names["name"], content.decode()


class _QuietServer(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve(app: ASGIApp, *, port: int = 0) -> AsyncIterator[int]:
    """Serve an application on loopback while the context lasts; gives its port."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = _QuietServer(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def _run(port: int) -> None:
    telegram = TelegramServer()
    await telegram.start(port)
    sys.stdout.write(f"TELEGRAM_API_URL={telegram.url} TELEGRAM_BOT_TOKEN={telegram.token}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Telegram on loopback, for tests.")
    parser.add_argument("--port", type=int, default=0)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args().port))
