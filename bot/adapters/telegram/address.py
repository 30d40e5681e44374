"""Where an answer goes on Telegram: the return address that travels with a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import ReplyParameters


@dataclass(frozen=True)
class Address:
    """A chat and, where it matters, the thread and the message to reply to."""

    chat: int
    thread: int | None = None
    """The topic, in chats that have topics."""
    reply_to: int | None = None
    """In groups, the message that asked, so that people see whom the answer is for."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        fields = {"chat": self.chat, "thread": self.thread, "reply_to": self.reply_to}
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Address:
        """The address that `to_json` wrote."""
        return cls(**data)

    @property
    def is_shared(self) -> bool:
        """Whether others read there too; the ids of groups and channels are negative."""
        return self.chat < 0

    @property
    def reply_parameters(self) -> ReplyParameters | None:
        """The message to reply to, as the Bot API wants it; it may have been deleted since."""
        if self.reply_to is None:
            return None
        return ReplyParameters(self.reply_to, allow_sending_without_reply=True)
