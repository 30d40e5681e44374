"""What `Conversations` and `Transcripts` take and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Where a conversation stands in a list: when something last happened, and its id."""

    at: float
    conversation: str


@dataclass(frozen=True)
class Filters:
    """Which conversations are wanted; what is None or empty does not matter."""

    since: float | None = None
    until: float | None = None
    """Up to, and not at, this time."""
    platform: str = ""
    language: str = ""
    campaign: str = ""
    intent: str = ""
    confidence_below: float | None = None
    """From 0 to 1."""
    flags: tuple[str, ...] = ()
    """Kinds of alert, or `crisis`, `person`, `view`, `handed`; all of them."""
    labels: tuple[str, ...] = ()
    """All of them."""
    is_handed: bool = False
    """Only those that somebody of the team has now."""
    handed_to: str = ""
    """Of those, whose; an e-mail."""
    among: tuple[str, ...] | None = None
    """Only these."""

    @property
    def is_about_turns(self) -> bool:
        """Whether only a turn, and no alert, can be as wanted."""
        return bool(self.campaign or self.intent or self.confidence_below is not None)

    @property
    def is_about_one_row(self) -> bool:
        """Whether anything is wanted of a single turn or alert."""
        has_times = self.since is not None or self.until is not None
        return self.is_about_turns or has_times or bool(self.language)


@dataclass(frozen=True)
class Listed:
    """A conversation in a list; none of its words."""

    conversation: str
    platform: str
    language: str | None = None
    """What was spoken last, where that is known."""
    at: float = 0.0
    """When something last happened."""
    turns: int = 0
    alerts: tuple[str, ...] = ()
    """What each is about, oldest first."""
    labels: tuple[str, ...] = ()
    views: int = 0
    taken_by: str | None = None
    """E-mail of who has it now."""
    was_handed: bool = False

    @property
    def code(self) -> str:
        """What staff call it among themselves."""
        return self.conversation[:6]


@dataclass(frozen=True)
class Choices:
    """What occurs in all conversations, to choose from."""

    intents: tuple[str, ...]
    campaigns: tuple[str, ...]
    alerts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class TurnSaid:
    """One turn: what the person wrote or pressed, and what the bot answered."""

    position: str
    at: float
    language: str | None
    text: str | None
    """Without the personal data that the screen found at the time."""
    button: str | None
    campaign: str | None
    intent: str | None
    confidence: float | None
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Alert:
    """Something that a person should look at; of distress no words are kept."""

    position: str
    at: float
    language: str | None
    answer: str


@dataclass(frozen=True)
class Stretch:
    """A part of a transcript, oldest first."""

    turns: tuple[TurnSaid, ...]
    alerts: tuple[Alert, ...]
    since: float
    """Where it begins; minus infinity where nothing came before."""
    until: float
    """Where the next stretch begins; infinity for the last."""
    has_earlier: bool
