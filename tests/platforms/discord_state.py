"""What the stand-in for Discord knows: people, guilds, channels, messages and interactions.

Used by the other `discord_*` modules of this folder; their front is `discord_server`.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
TEXT, DIRECT, GROUP = 0, 1, 3
JOIN_MESSAGE, REPLY_MESSAGE = 7, 19
_EPOCH_MS = 1_420_070_400_000
_numbers = itertools.count()


def snowflake() -> str:
    """A new id, shaped like Discord's."""
    milliseconds = int(time.time() * 1000) - _EPOCH_MS
    return str((milliseconds << 22) + next(_numbers) % (1 << 22))


class Refusal(Exception):
    """An answer of Discord other than 2xx."""

    def __init__(self, status: int, code: int, text: str = "refused") -> None:
        self.status = status
        self.code = code
        self.text = text
        super().__init__(f"{status}/{code}: {text}")


@dataclass
class User:
    """A person, or the bot."""

    name: str
    locale: str = "en-US"
    is_bot: bool = False
    id: str = field(default_factory=snowflake)

    def to_json(self) -> Json:
        """The API's user object."""
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name,
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }


@dataclass
class Guild:
    """A server."""

    name: str
    locale: str = "en-US"
    has_bot: bool = True
    id: str = field(default_factory=snowflake)


@dataclass
class Channel:
    """A guild's text channel, a direct channel with the bot, or one between people."""

    kind: int
    guild: str | None = None
    user: str | None = None
    """The other end of a direct channel."""
    id: str = field(default_factory=snowflake)

    def to_json(self) -> Json:
        """The API's channel object."""
        data: Json = {"id": self.id, "type": self.kind, "last_message_id": None, "flags": 0}
        if self.kind == TEXT:
            data |= {"name": "general", "position": 0, "permission_overwrites": []}
            data |= {"nsfw": False, "parent_id": None, "guild_id": self.guild}
        return data


@dataclass
class BotMessage:
    """A message of the bot, with all that happened to it."""

    channel: str
    author: User
    body: Json
    """The last body the bot sent for it."""
    interaction: str | None = None
    is_ephemeral: bool = False
    is_loading: bool = False
    """Deferred: it shows only that the bot is thinking."""
    is_deleted: bool = False
    id: str = field(default_factory=snowflake)
    at: float = field(default_factory=time.time)
    files: list[Json] = field(default_factory=list)
    """Its attachments: `filename`, `description` and `content`, which is bytes."""
    edits: list[tuple[float, str]] = field(default_factory=list)
    """When, and to what text."""

    @property
    def content(self) -> str:
        """Its text."""
        return self.body.get("content") or ""

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Label and value of each button."""
        rows = self.body.get("components") or []
        return [(item["label"], item["custom_id"]) for row in rows for item in row["components"]]

    @property
    def reply_to(self) -> str | None:
        """The message it replies to."""
        reference = self.body.get("message_reference") or {}
        return str(reference["message_id"]) if reference else None

    def edit(self, body: Json, files: list[Json]) -> None:
        """Take a new body over the old one; attachments stay unless new ones are named."""
        self.body = self.body | body
        if "attachments" in body:
            self.files = files
        self.is_loading = False
        self.edits.append((time.time(), self.content))

    def to_json(self) -> Json:
        """The API's message object."""
        flags = int(self.body.get("flags") or 0) & ~LOADING & ~EPHEMERAL
        flags |= EPHEMERAL if self.is_ephemeral else 0
        flags |= LOADING if self.is_loading else 0
        data = message_json(self.id, self.channel, self.author, self.content) | {
            "components": self.body.get("components") or [],
            "embeds": self.body.get("embeds") or [],
            "attachments": [attachment_json(self.id, file) for file in self.files],
            "flags": flags,
            "nonce": self.body.get("nonce"),
        }
        if self.interaction:
            data |= {"webhook_id": self.author.id, "application_id": self.author.id}
        return data

    def to_control(self) -> Json:
        """What tests read over HTTP."""
        return {
            "id": self.id,
            "channel": self.channel,
            "interaction": self.interaction,
            "content": self.content,
            "buttons": [{"label": label, "value": value} for label, value in self.buttons],
            "reply_to": self.reply_to,
            "is_ephemeral": self.is_ephemeral,
            "is_loading": self.is_loading,
            "is_deleted": self.is_deleted,
            "at": self.at,
            "edits": [{"at": at, "content": content} for at, content in self.edits],
            "files": [
                {**file, "content": file["content"].decode("latin-1")} for file in self.files
            ],
            "body": self.body,
        }


@dataclass
class Interaction:
    """A use of a command or a button, and what the bot did about it."""

    type: int
    user: str
    channel: Channel
    data: Json
    id: str = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: f"token-{snowflake()}")
    at: float = field(default_factory=time.time)
    acknowledged_at: float | None = None
    callback_type: int | None = None
    callback_data: Json = field(default_factory=dict)
    original: BotMessage | None = None
    is_expired: bool = False

    def to_control(self) -> Json:
        """What tests read over HTTP."""
        return {
            "id": self.id,
            "at": self.at,
            "acknowledged_at": self.acknowledged_at,
            "callback_type": self.callback_type,
            "callback_data": self.callback_data,
        }


@dataclass
class Fault:
    """A failure to come: of the next requests whose method and path fit."""

    method: str = ""
    path: str = ""
    status: int = 500
    code: int = 0
    retry_after: float = 0.05
    """Of a 429."""
    times: int = 1
    is_after: bool = False
    """Do what is asked, then fail: the bot cannot know the outcome."""
    is_drop: bool = False
    """Cut the connection instead of answering."""

    def fits(self, method: str, path: str) -> bool:
        """Whether it is for this request."""
        return self.times > 0 and self.method in ("", method) and self.path in path


@dataclass
class State:
    """All of it."""

    token: str = field(default_factory=lambda: f"bot-{snowflake()}")
    """The bot's."""
    answer_within: float = 3.0
    """Seconds the bot has to acknowledge an interaction."""
    bot: User = field(default_factory=lambda: User("Parlouvert", is_bot=True))
    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)
    """What people wrote."""
    sent: list[BotMessage] = field(default_factory=list)
    """What the bot wrote, in order."""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    command_writes: int = 0
    """How often the bot registered its commands."""
    closed_to_bot: set[str] = field(default_factory=set)
    """Users who take no direct messages."""
    typing: list[str] = field(default_factory=list)
    """Channels in which the bot showed that it types."""
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    """Method, path and status of each API request."""
    unknown: list[str] = field(default_factory=list)
    """Requests that no real route would take; tests check that there are none."""

    def find_sent(self, message: str) -> BotMessage | None:
        """A message of the bot."""
        return next((one for one in self.sent if one.id == message), None)

    def direct_channel(self, user: str) -> Channel:
        """The channel between a user and the bot; opened where there was none."""
        for channel in self.channels.values():
            if channel.kind == DIRECT and channel.user == user:
                return channel
        channel = Channel(DIRECT, user=user)
        self.channels[channel.id] = channel
        return channel

    def guild_json(self, guild: Guild) -> Json:
        """The gateway's guild object."""
        channels = [one.to_json() for one in self.channels.values() if one.guild == guild.id]
        return {
            "id": guild.id,
            "name": guild.name,
            "owner_id": "1",
            "preferred_locale": guild.locale,
            "member_count": 2,
            "channels": channels,
            "members": [member_json(self.bot)],
            "roles": [],
            "unavailable": False,
        }


def member_json(user: User) -> Json:
    """The API's member object."""
    return {
        "user": user.to_json(),
        "roles": [],
        "joined_at": now_text(),
        "permissions": "0",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def attachment_json(message: str, file: Json) -> Json:
    """The API's attachment object."""
    address = f"https://cdn.discordapp.com/attachments/{message}/{file['filename']}"
    return {
        "id": snowflake(),
        "filename": file["filename"],
        "description": file["description"],
        "size": len(file["content"]),
        "url": address,
        "proxy_url": address,
    }


def message_json(id: str, channel: str, author: User, content: str) -> Json:
    """The API's message object, without what only some messages have."""
    return {
        "id": id,
        "channel_id": channel,
        "author": author.to_json(),
        "content": content,
        "timestamp": now_text(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
    }


def now_text() -> str:
    """The time, as the API writes it."""
    return datetime.now(UTC).isoformat()
