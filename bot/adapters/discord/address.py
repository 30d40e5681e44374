"""Where an answer goes: all that any process needs to send it, also after a restart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

TOKEN_SECONDS = 14 * 60
"""Discord takes an interaction's token for 15 minutes; one is kept for clocks that differ."""


@dataclass(frozen=True)
class Address:
    """A channel, an interaction, or an interaction in a direct channel, which is both."""

    channel: int | None = None
    """Where a plain message may go; None where only the person who asked may see the answer."""
    message: int | None = None
    """The message that is answered."""
    application: int | None = None
    token: str | None = field(default=None, repr=False)
    """The interaction's token."""
    at: float = 0.0
    """When the interaction came, in seconds since 1970."""
    is_shared: bool = False
    """Whether others read what is sent to the channel."""
    is_news: bool = False
    """Whether nobody asked for it just now: then it takes no answer's place."""

    @property
    def is_ephemeral(self) -> bool:
        """Whether others are in the room, so that only the person may see the answer."""
        return self.channel is None

    def has_valid_token(self, now: float) -> bool:
        """Whether Discord still takes answers through the interaction."""
        return self.token is not None and now - self.at < TOKEN_SECONDS

    def for_news(self) -> Address:
        """Where to tell more, later: a message of its own, which people are notified of."""
        return replace(self, is_news=True, token=self.token if self.channel is None else None)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Address:
        """The address that `to_json` wrote."""
        return cls(**data)
