"""What a person has given: consent, views and votes. Kept beside the conversation, in Redis.

One `Given` is read at the start of a turn, changed by it and written at its end. Each change also
leaves a journal event, from which the recorder keeps the record in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bot.conversation.messages import Language, as_language
from bot.conversation.ports import JsonObject

Consent = Literal["view", "vote", "hear"]
CONSENT_VERSION = "1"
"""Of the words people agree to; a new one asks anew."""
PENDING = "pending"


@dataclass
class OwnView:
    """A view of the person's own."""

    receipt: str
    theme: str
    language: str
    text: str
    at: float
    status: str = PENDING
    reason: str | None = None


@dataclass
class Given:
    """All of it; empty for somebody who only asks questions."""

    consents: dict[str, float] = field(default_factory=dict)
    """What was agreed to, and when."""
    views: dict[str, OwnView] = field(default_factory=dict)
    """By id, oldest first."""
    votes: dict[str, int] = field(default_factory=dict)
    """By the view's id, in the order they were cast: 1 agree, 0 pass, -1 disagree."""
    is_stopped: bool = False
    """They asked us not to write first any more; a new view asks for news of it again."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Given:
        """What `to_json` wrote; anything for somebody of whom nothing is kept."""
        return cls(
            consents=dict(data.get("consents", {})),
            views={id: OwnView(**view) for id, view in data.get("views", {}).items()},
            votes=dict(data.get("votes", {})),
            is_stopped=bool(data.get("is_stopped")),
        )

    def to_json(self) -> JsonObject:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self.consents or self.views or self.votes)

    @property
    def language(self) -> Language | None:
        """What their newest view is written in."""
        return as_language(next((v.language for v in reversed(self.views.values())), None))
