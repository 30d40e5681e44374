"""The stand-in's HTTP API: what the bot calls, with Discord's limits and error codes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import MultiDictProxy

from tests.platforms.discord_gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway
from tests.platforms.discord_state import (
    DIRECT,
    EPHEMERAL,
    BotMessage,
    Fault,
    Interaction,
    Json,
    Refusal,
    State,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BASE = "/api/v10"
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL = 4, 5, 6, 7, 9
FORM_SENT, TEXT_INPUT, LABEL = 5, 4, 18
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
ALREADY_ACKNOWLEDGED, CANNOT_SEND, EMPTY, INVALID_TOKEN, INVALID_FORM = (
    40060,
    50007,
    50006,
    50027,
    50035,
)
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def answer(data: object, status: int = 200) -> web.Response:
    """A JSON answer; the library wants exactly this content type."""
    return web.Response(
        body=json.dumps(data).encode(), status=status, content_type="application/json"
    )


class Api:
    """Every route below `/api/v10`."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        """The routes, for the application."""
        webhook = BASE + "/webhooks/{application}/{token}"
        return [
            web.get(BASE + "/users/@me", self._me),
            web.get(BASE + "/oauth2/applications/@me", self._application),
            web.put(BASE + "/applications/{application}/commands", self._put_commands),
            web.post(BASE + "/channels/{channel}/messages", self._post_message),
            web.post(BASE + "/channels/{channel}/typing", self._type),
            web.post(BASE + "/interactions/{id}/{token}/callback", self._callback),
            web.post(webhook, self._follow_up),
            web.get(webhook + "/messages/{message}", self._get_interaction_message),
            web.patch(webhook + "/messages/{message}", self._edit_interaction_message),
            web.delete(webhook + "/messages/{message}", self._delete_interaction_message),
            web.route("*", BASE + "/{rest:.*}", self._unknown),
        ]

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Failures on demand, authorisation, errors as JSON, and a record of every request."""
        if not request.path.startswith(BASE):
            return await handler(request)
        path = request.path.removeprefix(BASE)
        fault = next((one for one in self._state.faults if one.fits(request.method, path)), None)
        if fault is not None:
            fault.times -= 1
        response = await self._respond(request, handler, fault)
        self._state.requests.append((request.method, path, response.status))
        return response

    async def _respond(
        self, request: web.Request, handler: Handler, fault: Fault | None
    ) -> web.StreamResponse:
        response: web.StreamResponse | None = None
        if fault is None or fault.is_after:
            try:
                self._check_token(request)
                response = await handler(request)
            except Refusal as refusal:
                response = answer({"message": refusal.text, "code": refusal.code}, refusal.status)
        if fault is None and response is not None:
            return response
        return _fail(request, fault or Fault())

    def _check_token(self, request: web.Request) -> None:
        if "/interactions/" in request.path or "/webhooks/" in request.path:
            return
        if request.headers.get("Authorization") != f"Bot {self._state.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    async def _unknown(self, request: web.Request) -> web.Response:
        self._state.unknown.append(f"{request.method} {request.path}")
        raise Refusal(404, 0, "404: Not Found")

    async def _me(self, _: web.Request) -> web.Response:
        return answer(self._state.bot.to_json())

    async def _application(self, _: web.Request) -> web.Response:
        bot = self._state.bot
        return answer(
            {
                "id": bot.id,
                "name": bot.name,
                "description": "",
                "icon": None,
                "bot_public": True,
                "bot_require_code_grant": False,
                "owner": bot.to_json() | {"id": "1", "bot": False},
                "verify_key": "",
                "flags": 0,
            }
        )

    async def _put_commands(self, request: web.Request) -> web.Response:
        commands = await request.json()
        for command in commands:
            _check_command(command)
        self._state.commands = [
            command
            | {"id": str(9_000 + number), "version": "1", "application_id": self._state.bot.id}
            for number, command in enumerate(commands)
        ]
        self._state.command_writes += 1
        return answer(self._state.commands)

    async def _type(self, request: web.Request) -> web.Response:
        self._state.typing.append(request.match_info["channel"])
        return web.Response(status=204)

    async def _post_message(self, request: web.Request) -> web.Response:
        state, (body, files) = self._state, await _body_of(request)
        channel = state.channels.get(request.match_info["channel"])
        if channel is None:
            raise Refusal(404, UNKNOWN_CHANNEL)
        if channel.user in state.closed_to_bot:
            raise Refusal(403, CANNOT_SEND)
        _check_body(body)
        self._check_reference(body)
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            for earlier in state.sent:
                if earlier.channel == channel.id and earlier.body.get("nonce") == nonce:
                    return answer(earlier.to_json())
        message = BotMessage(channel.id, state.bot, body, files=files)
        state.sent.append(message)
        data = message.to_json() | ({"guild_id": channel.guild} if channel.guild else {})
        is_direct = channel.kind == DIRECT
        self._gateway.dispatch(
            "MESSAGE_CREATE", data, DIRECT_MESSAGES if is_direct else GUILD_MESSAGES
        )
        return answer(message.to_json())

    def _check_reference(self, body: Json) -> None:
        reference = body.get("message_reference")
        if reference is None or reference.get("fail_if_not_exists") is False:
            return
        if str(reference["message_id"]) not in self._state.messages:
            raise Refusal(400, INVALID_FORM, "Unknown message")

    async def _callback(self, request: web.Request) -> web.Response:
        state, body = self._state, await request.json()
        interaction = state.interactions.get(request.match_info["id"])
        if interaction is None or interaction.token != request.match_info["token"]:
            raise Refusal(404, UNKNOWN_INTERACTION)
        if time.time() - interaction.at > state.answer_within or interaction.is_expired:
            raise Refusal(404, UNKNOWN_INTERACTION)
        if interaction.acknowledged_at is not None:
            raise Refusal(400, ALREADY_ACKNOWLEDGED)
        self._acknowledge(interaction, body["type"], body.get("data") or {})
        result: Json = {"interaction": {"id": interaction.id, "type": interaction.type}}
        result["resource"] = {"type": body["type"]}
        if interaction.original is not None:
            result["resource"]["message"] = interaction.original.to_json()
        return answer(result)

    def _acknowledge(self, interaction: Interaction, kind: int, data: Json) -> None:
        if kind == MESSAGE:
            _check_body(data)
        if kind == MODAL:
            _check_form(interaction, data)
        interaction.acknowledged_at = time.time()
        interaction.callback_type = kind
        interaction.callback_data = data
        if kind in (MESSAGE, DEFERRED_MESSAGE):
            interaction.original = BotMessage(
                interaction.channel.id,
                self._state.bot,
                data,
                interaction=interaction.id,
                is_ephemeral=bool(int(data.get("flags") or 0) & EPHEMERAL),
                is_loading=kind == DEFERRED_MESSAGE,
            )
            self._state.sent.append(interaction.original)

    def _interaction_of(self, request: web.Request) -> Interaction:
        token = request.match_info["token"]
        for interaction in self._state.interactions.values():
            if interaction.token == token and interaction.acknowledged_at is not None:
                if interaction.is_expired:
                    raise Refusal(401, INVALID_TOKEN, "Invalid Webhook Token")
                return interaction
        raise Refusal(404, UNKNOWN_WEBHOOK)

    def _interaction_message(self, request: web.Request) -> BotMessage:
        interaction = self._interaction_of(request)
        id = request.match_info["message"]
        message = interaction.original if id == "@original" else self._state.find_sent(id)
        if message is None or message.is_deleted or message.interaction != interaction.id:
            raise Refusal(404, UNKNOWN_MESSAGE)
        return message

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction, (body, files) = self._interaction_of(request), await _body_of(request)
        _check_body(body)
        message = BotMessage(
            interaction.channel.id,
            self._state.bot,
            body,
            interaction=interaction.id,
            is_ephemeral=bool(int(body.get("flags") or 0) & EPHEMERAL),
            files=files,
        )
        self._state.sent.append(message)
        return answer(message.to_json())

    async def _get_interaction_message(self, request: web.Request) -> web.Response:
        return answer(self._interaction_message(request).to_json())

    async def _edit_interaction_message(self, request: web.Request) -> web.Response:
        message, (body, files) = self._interaction_message(request), await _body_of(request)
        _check_body(message.body | body)
        message.edit(body, files)
        return answer(message.to_json())

    async def _delete_interaction_message(self, request: web.Request) -> web.Response:
        self._interaction_message(request).is_deleted = True
        return web.Response(status=204)


def _fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.is_drop and request.transport is not None:
        request.transport.close()
    if fault.status != 429:
        return answer({"message": "as the test wants", "code": fault.code}, fault.status)
    body = {"message": "You are being rate limited.", "retry_after": fault.retry_after}
    response = answer(body | {"global": False}, 429)
    response.headers["Via"] = "1.1 google"  # without it the library takes it for a ban
    response.headers["Retry-After"] = str(fault.retry_after)
    return response


async def _body_of(request: web.Request) -> tuple[Json, list[Json]]:
    """A message's body and its attachments, which come beside it in a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.json(), []
    form = await request.post()
    body: Json = json.loads(str(form["payload_json"]))
    return body, [_attachment(form, described) for described in body.get("attachments") or []]


def _attachment(
    form: MultiDictProxy[str | bytes | bytearray | web.FileField], described: Json
) -> Json:
    part = form.get(f"files[{described['id']}]")
    description = described.get("description")
    if not isinstance(part, web.FileField):
        raise Refusal(400, INVALID_FORM, "there is no such file")
    if len(description or "") > 1_024:
        raise Refusal(400, INVALID_FORM, "description")
    content = part.file.read()
    if not content:
        raise Refusal(400, EMPTY, "File cannot be empty")
    name = described.get("filename") or part.filename
    return {"filename": name, "description": description, "content": content}


def _check_form(interaction: Interaction, data: Json) -> None:
    """Discord's limits on a form."""
    if interaction.type == FORM_SENT:
        raise Refusal(400, INVALID_FORM, "a form cannot open a form")
    if not 1 <= len(data["title"]) <= 45 or not 1 <= len(data["custom_id"]) <= 100:
        raise Refusal(400, INVALID_FORM, "title or custom_id")
    if not 1 <= len(data["components"]) <= 5:
        raise Refusal(400, INVALID_FORM, "components")
    for label in data["components"]:
        field = label["component"]
        if label["type"] != LABEL or not 1 <= len(label["label"]) <= 45:
            raise Refusal(400, INVALID_FORM, "label")
        if field["type"] != TEXT_INPUT or field.get("label") is not None:
            raise Refusal(400, INVALID_FORM, "component")
        if len(field.get("placeholder") or "") > 100:
            raise Refusal(400, INVALID_FORM, "placeholder")
        if not 1 <= (field.get("max_length") or 4_000) <= 4_000:
            raise Refusal(400, INVALID_FORM, "max_length")


def _check_body(body: Json) -> None:
    """Discord's limits on a message."""
    content = body.get("content") or ""
    if not any((content, body.get("embeds"), body.get("components"), body.get("attachments"))):
        raise Refusal(400, EMPTY, "Cannot send an empty message")
    if len(content) > 2_000:
        raise Refusal(400, INVALID_FORM, "Must be 2000 or fewer in length.")
    if len(str(body.get("nonce") or "")) > 25:
        raise Refusal(400, INVALID_FORM, "nonce")
    rows = body.get("components") or []
    if len(rows) > 5 or any(not 1 <= len(row["components"]) <= 5 for row in rows):
        raise Refusal(400, INVALID_FORM, "rows")
    buttons = [button for row in rows for button in row["components"]]
    if any(not 1 <= len(button["label"]) <= 80 for button in buttons):
        raise Refusal(400, INVALID_FORM, "label")
    if any(not 1 <= len(button["custom_id"]) <= 100 for button in buttons):
        raise Refusal(400, INVALID_FORM, "custom_id")
    if len({button["custom_id"] for button in buttons}) < len(buttons):
        raise Refusal(400, INVALID_FORM, "Component custom id cannot be duplicated")


def _check_command(command: Json) -> None:
    """Discord's limits on a command, its options, and all their translations."""
    for part in [command, *(command.get("options") or [])]:
        for name in [part["name"], *(part.get("name_localizations") or {}).values()]:
            if not COMMAND_NAME.fullmatch(name) or name != name.lower():
                raise Refusal(400, INVALID_FORM, "name")
        texts = [part["description"], *(part.get("description_localizations") or {}).values()]
        if any(not 1 <= len(text) <= 100 for text in texts):
            raise Refusal(400, INVALID_FORM, "description")
