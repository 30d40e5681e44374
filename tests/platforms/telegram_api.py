"""What the Bot API of Telegram does with each call: the state of one bot, and what is refused.

`telegram_server` puts it on the network and adds people, failures on demand and webhooks.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

BOT_ID = 123456789
PNG = b"\x89PNG\r\n\x1a\n"


class ApiError(Exception):
    """What the Bot API says instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass
class Upload:
    """A file that the bot sent."""

    name: str
    content: bytes


@dataclass
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str


class BotApi:
    """One bot's chats, updates and profile, and the methods that change them."""

    def __init__(self, *, username: str) -> None:
        self.me = {"id": BOT_ID, "is_bot": True, "first_name": "Parlouvert", "username": username}
        self.messages: dict[tuple[int, int], Json] = {}
        """What stands in the chats, by chat and message id."""
        self.chats: dict[int, Json] = {}
        self.pending: list[Json] = []
        """Updates that the bot has not confirmed."""
        self.webhook: Webhook | None = None
        self.profile: dict[str, object] = {}
        """Commands and descriptions, as `name/language`."""
        self.allowed: list[str] = []
        """The kinds of update the bot asked for; none means all."""
        self.presses: set[str] = set()
        """Ids of presses that may still be answered."""
        self.blocked: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.uploads: dict[str, Upload] = {}
        """Files that came with a call, by what stands for them in its parameters."""
        self.ids = itertools.count(1_000)
        self._polls = 0
        self._changed = asyncio.Condition()

    async def perform(self, method: str, parameters: Json) -> object:
        """Do what a method says and return its result.

        Raises:
            ApiError: the Bot API refuses.
        """
        name = METHODS.get(method.lower())
        if name is None:
            raise ApiError(404, "Not Found")
        result = getattr(self, name)(parameters)
        return await result if asyncio.iscoroutine(result) else result

    async def wait_until(self, is_so: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Wait for something that the bot does.

        Raises:
            TimeoutError: it was not done within that time.
        """
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(is_so)

    async def notify(self) -> None:
        """Say that something has changed."""
        async with self._changed:
            self._changed.notify_all()

    async def end_polls(self) -> None:
        """Refuse a poll that is held open: there is one poller at a time."""
        self._polls += 1
        await self.notify()

    def chat(self, chat: int) -> Json:
        """A chat, known from now on; ids of groups are negative."""
        kind = {"type": "private", "first_name": f"Person {chat}"}
        if chat < 0:
            kind = {"type": "supergroup", "title": "A group"}
        return self.chats.setdefault(chat, {"id": chat, **kind})

    def new_message(self, chat: Json, **shown: object) -> Json:
        """A message of the bot."""
        message: Json = {
            "message_id": next(self.ids),
            "date": int(time.time()),
            "chat": chat,
            "from": self.me,
            **shown,
        }
        self.messages[chat["id"], message["message_id"]] = message
        return message

    def _get_me(self, parameters: Json) -> Json:
        return self.me | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _get_updates(self, parameters: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self._allow(parameters)
        await self.end_polls()
        ours = self._polls
        if offset := int(parameters.get("offset", 0)):
            first = offset if offset > 0 else _from_the_end(self.pending, -offset)
            self.pending = [update for update in self.pending if update["update_id"] >= first]
        with suppress(TimeoutError):
            await self.wait_until(
                lambda: bool(self.pending) or self._polls != ours,
                seconds=float(parameters.get("timeout", 0)),
            )
        if self._polls != ours:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request or setWebhook;"
                " make sure that only one bot instance is running",
            )
        return self.pending[: int(parameters.get("limit", 100))]

    def _set_webhook(self, parameters: Json) -> bool:
        address = urlsplit(parameters.get("url", ""))
        if not address.netloc:
            return self._delete_webhook(parameters)
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost"):
            raise ApiError(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
            )
        secret = parameters.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self._allow(parameters)
        self.webhook = Webhook(parameters["url"], secret)
        self._polls += 1  # ends a poll that is held open
        return True

    def _delete_webhook(self, parameters: Json) -> bool:
        self.webhook = None
        if str(parameters.get("drop_pending_updates", "")).lower() == "true":
            self.pending.clear()
        return True

    def _send_message(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        _check_text(parameters.get("text", ""), parameters)
        _check_keyboard(parameters.get("reply_markup"))
        self._check_place(chat, parameters)
        return self.new_message(chat, **_kept(parameters, "text", "reply_markup"))

    def _send_photo(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        photo = parameters.get("photo", "")
        if photo in self.uploads:
            if not self.uploads[photo].content.startswith(PNG):
                raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED")
        elif not re.match(r"https?://.", photo):
            raise ApiError(400, "Bad Request: there is no photo in the request")
        if length(parameters.get("caption", "")) > 1024:
            raise ApiError(400, "Bad Request: message caption is too long")
        self._check_place(chat, parameters)
        size = {"file_id": parameters["photo"], "file_unique_id": "1", "width": 1, "height": 1}
        return self.new_message(chat, photo=[size], **_kept(parameters, "caption"))

    def _send_document(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        upload = self.uploads.get(parameters.get("document", ""))
        if upload is None:
            raise ApiError(400, "Bad Request: there is no document in the request")
        if not upload.content:
            raise ApiError(400, "Bad Request: file must be non-empty")
        self._check_place(chat, parameters)
        document = {"file_id": parameters["document"], "file_unique_id": "1"}
        return self.new_message(chat, document=document | {"file_name": upload.name})

    def _edit_text(self, parameters: Json) -> Json:
        message = self._editable(parameters)
        _check_text(parameters.get("text", ""), parameters)
        return self._edit(message, _kept(parameters, "text", "reply_markup"))

    def _edit_markup(self, parameters: Json) -> Json:
        return self._edit(self._editable(parameters), _kept(parameters, "reply_markup"))

    def _delete_message(self, parameters: Json) -> bool:
        message = self._editable(parameters, "delete")
        del self.messages[message["chat"]["id"], message["message_id"]]
        return True

    def _send_chat_action(self, parameters: Json) -> bool:
        self._open_chat(parameters)
        if parameters.get("action") not in ("typing", "upload_photo", "upload_document"):
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def _answer_callback_query(self, parameters: Json) -> bool:
        if parameters.get("callback_query_id") not in self.presses:
            raise ApiError(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        if len(parameters.get("text", "")) > 200:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.presses.discard(parameters["callback_query_id"])
        return True

    def _set_commands(self, parameters: Json) -> bool:
        commands = parameters.get("commands", [])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if len(commands) > 100:
            raise ApiError(400, "Bad Request: too many commands")
        return self._set_profile("commands", parameters, commands)

    def _set_description(self, parameters: Json) -> bool:
        text = parameters.get("description", "")
        if len(text) > 512:
            raise ApiError(400, "Bad Request: description is too long")
        return self._set_profile("description", parameters, text)

    def _set_short_description(self, parameters: Json) -> bool:
        text = parameters.get("short_description", "")
        if len(text) > 120:
            raise ApiError(400, "Bad Request: short description is too long")
        return self._set_profile("short_description", parameters, text)

    def _set_profile(self, name: str, parameters: Json, value: object) -> bool:
        language = parameters.get("language_code", "")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise ApiError(400, "Bad Request: invalid language code specified")
        self.profile[f"{name}/{language}"] = value
        return True

    def _allow(self, parameters: Json) -> None:
        """Telegram keeps to the list of before when a call brings none."""
        self.allowed = parameters.get("allowed_updates", self.allowed)

    def _open_chat(self, parameters: Json) -> Json:
        chat = _whole_number(parameters.get("chat_id"))
        if chat in self.migrated:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[chat],
            )
        if chat not in self.chats:
            raise ApiError(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return self.chats[chat]

    def _check_place(self, chat: Json, parameters: Json) -> None:
        """The message to reply to must stand in the chat, or be allowed not to."""
        reply = parameters.get("reply_parameters")
        if not reply or reply.get("allow_sending_without_reply"):
            return
        if (chat["id"], reply["message_id"]) not in self.messages:
            raise ApiError(400, "Bad Request: message to be replied not found")

    def _editable(self, parameters: Json, verb: str = "edit") -> Json:
        chat = self._open_chat(parameters)
        message = self.messages.get((chat["id"], _whole_number(parameters.get("message_id"))))
        if message is None:
            raise ApiError(400, f"Bad Request: message to {verb} not found")
        return message

    def _edit(self, message: Json, shown: Json) -> Json:
        _check_keyboard(shown.get("reply_markup"))
        before = dict(message)
        message.pop("reply_markup", None)
        message.update(shown)
        if message == before:
            raise ApiError(400, "Bad Request: message is not modified")
        return message


METHODS = {
    "getme": "_get_me",
    "getupdates": "_get_updates",
    "setwebhook": "_set_webhook",
    "deletewebhook": "_delete_webhook",
    "sendmessage": "_send_message",
    "sendphoto": "_send_photo",
    "senddocument": "_send_document",
    "editmessagetext": "_edit_text",
    "editmessagereplymarkup": "_edit_markup",
    "deletemessage": "_delete_message",
    "sendchataction": "_send_chat_action",
    "answercallbackquery": "_answer_callback_query",
    "setmycommands": "_set_commands",
    "setmydescription": "_set_description",
    "setmyshortdescription": "_set_short_description",
}


def length(text: str) -> int:
    """UTF-16 units, which is what Telegram counts in."""
    return len(text.encode("utf-16-le")) // 2


def _check_text(text: str, parameters: Json) -> None:
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if length(text) > 4096:
        raise ApiError(400, "Bad Request: message is too long")
    if parameters.get("parse_mode", "").startswith("Markdown") and re.search(
        r"(?<!\\)[_*\[\]()~`>#+\-=|{}.!]", text
    ):
        raise ApiError(
            400, "Bad Request: can't parse entities: a reserved character must be escaped"
        )
    if parameters.get("parse_mode") == "HTML" and text.count("<") != text.count(">"):
        raise ApiError(400, "Bad Request: can't parse entities: unclosed start tag")
    for entity in parameters.get("entities", []):
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > length(text):
            raise ApiError(400, "Bad Request: can't parse entities: entity is out of the text")


def _check_keyboard(markup: Json | None) -> None:
    for button in itertools.chain.from_iterable((markup or {}).get("inline_keyboard", [])):
        if not button.get("text"):
            raise ApiError(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")


def _whole_number(value: str | int | None) -> int:
    if not re.fullmatch(r"-?\d+", str(value)):
        raise ApiError(400, "Bad Request: chat not found")
    return int(str(value))


def _kept(parameters: Json, *names: str) -> Json:
    return {name: parameters[name] for name in names if name in parameters}


def _from_the_end(pending: list[Json], count: int) -> int:
    last: list[Json] = pending[-count:]
    return int(last[0]["update_id"]) if last else 0
