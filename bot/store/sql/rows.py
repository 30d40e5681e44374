"""What `Views` gives out, with texts readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Texts = Mapping[str, str]
"""By language; those that are there."""


@dataclass(frozen=True)
class SharedView:
    """A view as moderators see it."""

    id: str
    receipt: str
    conversation: str
    platform: str
    at: float
    language: str
    theme: str
    texts: Texts
    status: str
    """`pending`, `approved`, `rejected` or `withdrawn`."""
    reason: str | None
    scores: Mapping[str, float]
    band: str | None
    region: str | None
    campaign: str | None
    decided_at: float | None
    translated_by: str | None = None
    """Who of staff wrote the other language's text."""
    reviewed_by: str | None = None
    """Who of staff read it against the author's words; nothing is published before that."""

    @property
    def score(self) -> float:
        """The highest of its scores: what should be looked at first."""
        return max(self.scores.values(), default=0.0)

    @property
    def other_language(self) -> str:
        """The one that staff translates it into."""
        return "en" if self.language == "fr" else "fr"


@dataclass(frozen=True)
class Decision:
    """What a moderator decided about a view."""

    number: int
    view: str
    status: str
    reason: str | None
    decided_by: str
    at: float
    told: bool


@dataclass(frozen=True)
class UntoldDecision:
    """A decision that the view's author is to hear of."""

    number: int
    view: str
    status: str
    reason: str | None
    conversation: str
    platform: str
    return_address: dict[str, Any]
    texts: Texts | None
    """As published; None for a rejected view."""


@dataclass(frozen=True)
class Published:
    """An approved view."""

    id: str
    theme: str
    texts: Texts
    author: str
    """The author's conversation."""


class Vote(NamedTuple):
    """A vote that counts."""

    conversation: str
    view: str
    value: int
    at: float
    platform: str


@dataclass(frozen=True)
class Hold:
    """Somebody whose votes do not count until a moderator has looked."""

    conversation: str
    reason: str
    at: float
    votes: int


@dataclass(frozen=True)
class Outcome:
    """What came of the views of a theme, or of one view."""

    number: int
    theme: str | None
    view: str | None
    texts: Texts
    url: str | None
    by: str
    at: float


@dataclass(frozen=True)
class Listener:
    """Somebody who is to hear of an outcome."""

    conversation: str
    platform: str
    return_address: dict[str, Any]


@dataclass(frozen=True)
class SavedResult:
    """What was published about opinion groups."""

    number: int
    at: float
    input_hash: str
    seed: int
    people: int
    body: Mapping[str, Any]
