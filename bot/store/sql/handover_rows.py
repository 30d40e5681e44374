"""What `HandOvers` gives out, and why it refuses."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.messages import Platform
from bot.store.sql.refusals import Refused, readable_time


class AlreadyTaken(Refused):
    """A colleague has the conversation."""

    def __init__(self, by: str, at: float) -> None:
        self.by = by
        self.at = at
        super().__init__(f"{by} has had this conversation since {readable_time(at)}.")


class Ended(Refused):
    """The hand-over is over, or the person has had everything erased."""

    def __init__(self, number: int, why: str | None) -> None:
        self.number = number
        self.why = why
        """`given_back`, `timeout` or `left`; None where nothing of it is kept any more."""
        super().__init__(
            f"Hand-over {number} is over ({why})."
            if why
            else f"Nothing is kept of hand-over {number}."
        )


@dataclass(frozen=True)
class HandOver:
    """A conversation in the hands of a person of the team."""

    number: int
    conversation: str
    platform: Platform
    language: str | None
    taken_by: str
    """Their e-mail."""
    at: float
    seen_at: float
    """When they last did something about it."""
    ended_at: float | None
    ended_why: str | None
    """`given_back`, `timeout` or `left`."""
    told: str
    """How much the person knows of it: `nothing`, `taken`, `ended`."""

    @property
    def is_open(self) -> bool:
        """Whether the bot is silent for it."""
        return self.ended_at is None


@dataclass(frozen=True)
class StaffMessage:
    """What a person of the team wrote to somebody."""

    number: int
    handover: int
    by: str
    at: float
    text: str
    told: bool
    """Whether it was left in the person's inbox."""
