"""What goes in and out of the core: platform-neutral messages, replies and their JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Platform = Literal["web", "telegram", "discord"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)

MOST_CHARACTERS = 1_000
"""The longest text of one message; the design's limit."""


def as_language(value: object) -> Language | None:
    """`fr` or `en` out of a platform's language tag such as `fr-CA`, else None."""
    tag = str(value or "").lower().replace("_", "-").split("-")[0]
    return next((language for language in LANGUAGES if language == tag), None)


@dataclass(frozen=True)
class IncomingMessage:
    """One thing a person sent: a text, or the value of a button of ours."""

    conversation: str
    """Keyed hash of platform, user and chat (see `identity`)."""
    platform: Platform
    id: str
    """The platform's id of this delivery; the same id is handled once."""
    at: float
    """When it reached us, in seconds since 1970."""
    text: str | None = None
    button: str | None = None
    language_hint: Language | None = None
    return_address: dict[str, Any] = field(default_factory=dict)
    """What the adapter needs to answer; opaque to everyone else, encrypted at rest."""
    notice: dict[str, Any] | None = None
    """What staff decided that this person is to hear of; from the recorder, never an adapter."""

    @property
    def can_be_told_later(self) -> bool:
        """Whether the person hears from us without asking: not on the web, nor in a Discord guild.

        There an answer only reaches them through what they just did; its address has no channel.
        Without an address it reaches nobody either.
        """
        has_place = self.return_address.get("channel", True) is not None
        return self.platform != "web" and bool(self.return_address) and has_place

    @property
    def awaits_reply(self) -> bool:
        """Whether something of theirs waits until we say anything: a page, or a Discord command."""
        is_command = self.platform == "discord" and bool(self.return_address.get("token"))
        return self.notice is None and (self.platform == "web" or is_command)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> IncomingMessage:
        """The message that `to_json` wrote."""
        return cls(**data)


@dataclass(frozen=True)
class Button:
    """A choice under a reply."""

    label: str
    value: str
    """At most 64 bytes, ours, valid for ever."""
    answer: str | None = None
    """Id of the answer it leads to, where that is known."""


@dataclass(frozen=True)
class Source:
    """Where an answer's facts come from."""

    title: str
    url: str


@dataclass(frozen=True)
class Image:
    """A picture and the words that stand for it."""

    url: str
    """Of ours, `/pictures/<name>.png`, which adapters read from the store; else an address."""
    alt: str


@dataclass(frozen=True)
class Reply:
    """One answer, in one language, as every platform shows it."""

    answer: str
    language: Language
    text: str
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    image: Image | None = None
    file: str | None = None
    """Name of the file, with all that is held about the person, that goes with this reply."""

    def to_json(self) -> dict[str, Any]:
        """The public form of `POST /api/chat`, with the language and the file's name added."""
        return asdict(self) | {
            "buttons": [asdict(button) for button in self.buttons],
            "sources": [asdict(source) for source in self.sources],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reply:
        """The reply that `to_json` wrote."""
        return cls(
            answer=data["answer"],
            language=data["language"],
            text=data["text"],
            buttons=tuple(Button(**button) for button in data["buttons"]),
            sources=tuple(Source(**source) for source in data["sources"]),
            image=Image(**data["image"]) if data["image"] else None,
            file=data.get("file"),
        )


@dataclass(frozen=True)
class Delivery:
    """The replies to one message on their way to a platform."""

    conversation: str
    message_id: str
    return_address: dict[str, Any]
    replies: tuple[Reply, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return {
            "conversation": self.conversation,
            "message_id": self.message_id,
            "return_address": self.return_address,
            "replies": [reply.to_json() for reply in self.replies],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Delivery:
        """The delivery that `to_json` wrote."""
        return cls(
            conversation=data["conversation"],
            message_id=data["message_id"],
            return_address=data["return_address"],
            replies=tuple(Reply.from_json(reply) for reply in data["replies"]),
        )
