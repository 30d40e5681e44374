"""What the core needs from the rooms around it, and the small records that cross those doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.conversation.board import Board
from bot.conversation.messages import Button, Delivery, Image, IncomingMessage, Language, Platform

JsonObject = dict[str, Any]

Accepted = Literal["accepted", "duplicate", "full"]


@dataclass(frozen=True)
class ConversationRecord:
    """All that is kept of a conversation between two turns."""

    state: JsonObject = field(default_factory=dict)
    """Small: language, slots at the start of `events`. Rewritten each turn."""
    events: tuple[Sequence[JsonObject], ...] = ()
    """Dialogue events, one item a turn, oldest first; only the last turns are kept."""
    given: JsonObject = field(default_factory=dict)
    """Consent, views and votes (`participation.Given`); kept longer than the rest."""


@dataclass(frozen=True)
class Claim:
    """The right to run one turn; it lapses unless it is renewed or committed."""

    message: IncomingMessage
    record: ConversationRecord
    token: str
    attempts: int
    """1 the first time; more when a worker died over this very message."""


@dataclass(frozen=True)
class Turn:
    """All that one turn changes. It is written wholly or not at all."""

    state: JsonObject
    events: Sequence[JsonObject] = ()
    keep: int = 0
    """Drop all but the last so many turns of events; 0 keeps every one, -1 none."""
    delivery: Delivery | None = None
    journal: Sequence[JsonObject] = ()
    forget: bool = False
    """Erase all that is kept of this conversation, after the delivery."""
    given: JsonObject | None = None
    """Consent, views and votes from now on; None leaves them as they are."""


class Intake(Protocol):
    """Where adapters leave messages."""

    async def accept(self, message: IncomingMessage) -> Accepted:
        """Store a message once.

        Returns:
            `duplicate` when this id came before, `full` when the conversation has too many waiting.

        Raises:
            StoreUnavailable: nothing is known of the message; give the same one again.
        """
        ...


class Turns(Protocol):
    """Where workers find the next turn: one conversation at a time, in order."""

    async def claim(self, *, wait: float) -> Claim | None:
        """The head message of a conversation nobody else holds, or None after `wait` seconds."""
        ...

    async def renew(self, claim: Claim) -> bool:
        """Hold a claim longer; False when it has lapsed."""
        ...

    async def commit(self, claim: Claim, turn: Turn) -> bool:
        """Write the turn and take its message off the inbox; False, and nothing, when lapsed."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give the message back untouched, for any worker."""
        ...


@dataclass(frozen=True)
class OutboxItem:
    """A delivery with its place in the outbox."""

    position: str
    delivery: Delivery
    sent: int
    """How many of its replies are known to have been sent."""
    is_redelivered: bool
    """An adapter died or lost Redis after it took this; the next reply's outcome is unknown."""


class Outbox(Protocol):
    """What waits to be sent to one platform, in order within a conversation."""

    def read(self, platform: Platform, consumer: str) -> AsyncIterator[OutboxItem]:
        """First what this consumer took and never finished, then what comes."""
        ...

    async def note_sent(self, item: OutboxItem, sent: int) -> None:
        """Remember that so many replies are out."""
        ...

    async def done(self, item: OutboxItem) -> None:
        """Take the item off the outbox."""
        ...


class Replies(Protocol):
    """Answers for callers that wait: the web page and `POST /api/chat`."""

    def listen(self) -> AsyncIterator[tuple[str, Delivery]]:
        """Every delivery to the web from now on, with its position, to every listener."""
        ...

    async def discard(self, position: str, conversation: str) -> None:
        """Drop a delivery that has reached its caller."""
        ...

    async def last(self, conversation: str) -> Delivery | None:
        """The latest delivery, for some minutes, so that a caller may ask again."""
        ...


@dataclass(frozen=True)
class JournalEntry:
    """What happened, with its place: the same entry always has the same position."""

    position: str
    event: Mapping[str, Any]


class Journal(Protocol):
    """What happened, for the recorder."""

    async def read(self, consumer: str, *, most: int, wait: float) -> Sequence[JournalEntry]:
        """Entries not done yet, oldest first within a conversation; empty after `wait` seconds."""
        ...

    async def done(self, entries: Sequence[JournalEntry]) -> None:
        """Take recorded entries off the journal."""
        ...


class Boards(Protocol):
    """Where the engine finds what is published: views to vote on, and what people think."""

    async def current(self) -> Board:
        """The latest board; may be some seconds old, and the last known when Redis is gone."""
        ...


class Files(Protocol):
    """Pictures, and what is held about a person, while they wait to be fetched; encrypted."""

    async def put(self, name: str, content: bytes, *, seconds: int) -> None:
        """Keep a file for so long, in place of one of the same name."""
        ...

    async def read(self, name: str) -> bytes | None:
        """A file's content; None when there is none, or no longer."""
        ...

    async def drop(self, name: str) -> None:
        """Forget a file, if it is there."""
        ...


@dataclass(frozen=True)
class Understanding:
    """What a text, or a button, means."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    """Intents with their probabilities, best first."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What a button says beside the intent: `language`, `answer`, `part`."""


@dataclass(frozen=True)
class AnswerCall:
    """The dialogue's wish to say something: an answer's id, and what fills it."""

    answer: str
    part: Literal["text", "more"] = "text"
    offered: tuple[str, ...] = ()
    """Answers to offer as buttons, before those the answer has itself."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What fills the answer's placeholders."""
    choices: tuple[Button, ...] = ()
    """Buttons of its own kind, before all others."""
    image: Image | None = None
    file: str | None = None


@dataclass(frozen=True)
class DialogueOutcome:
    """What the dialogue did with one message."""

    answers: tuple[AnswerCall, ...]
    events: tuple[JsonObject, ...]
    slots: Mapping[str, Any]


class Dialogue(Protocol):
    """The dialogue engine."""

    async def understand(self, text: str) -> Understanding:
        """What a text means; does not change anything."""
        ...

    async def respond(
        self,
        conversation: str,
        understanding: Understanding,
        record: ConversationRecord,
        language: Language,
        text: str = "",
    ) -> DialogueOutcome:
        """Carry the conversation on by one message; `text` is what it was understood from."""
        ...

    def compact(self, record: ConversationRecord) -> tuple[JsonObject, int]:
        """The dialogue's part of the next state, and how many turns of events to keep (0: all)."""
        ...


class LanguageDetector(Protocol):
    """Tells French from English."""

    def probability_of_french(self, text: str) -> float:
        """From 0 (English) to 1 (French); 0.5 when there is nothing to go by."""
        ...
