"""Talks to the real bot in one conversation, turn after turn, over a store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.messages import IncomingMessage, Language, Reply
from bot.conversation.ports import ConversationRecord, Turn
from bot.conversation.turn import Parts, run_turn
from bot.store.memory import MemoryStore

CONVERSATION = "c" * 32


@dataclass(frozen=True)
class Press:
    """A pressed button, by its value."""

    value: str


@dataclass(frozen=True)
class PressLabelled:
    """A pressed button of the last reply, by its label."""

    label: str


Sent = str | Press | PressLabelled
Step = tuple[Sent, str, Language]
"""What is sent, and the answer and language it shall get."""


class Talk:
    """One person in one chat."""

    def __init__(self, parts: Parts, *, hint: Language | None = None) -> None:
        self._parts = parts
        self._hint = hint
        self._store = MemoryStore()
        self._count = 0
        self.turns: list[Turn] = []

    @property
    def replies(self) -> Sequence[Reply]:
        """What the last turn said."""
        delivery = self.turns[-1].delivery
        assert delivery is not None
        return delivery.replies

    async def send(self, sent: Sent) -> tuple[str, Language]:
        """Send one thing; the one answer and its language."""
        text = sent if isinstance(sent, str) else None
        await self._run(text, None if text is not None else self._value(sent))
        (reply,) = self.replies
        return reply.answer, reply.language

    def _value(self, sent: Sent) -> str:
        if isinstance(sent, PressLabelled):
            return next(b.value for b in self.replies[-1].buttons if b.label == sent.label)
        assert isinstance(sent, Press)
        return sent.value

    async def _run(self, text: str | None, button: str | None) -> None:
        self._count += 1
        message = IncomingMessage(
            CONVERSATION,
            "web",
            str(self._count),
            float(self._count),
            text=text,
            button=button,
            language_hint=self._hint,
        )
        assert await self._store.accept(message) == "accepted"
        claim = await self._store.claim(wait=0)
        assert claim is not None
        turn = await run_turn(claim, self._parts)
        assert await self._store.commit(claim, turn)
        self.turns.append(turn)

    def record(self) -> ConversationRecord:
        """What rests of the conversation now."""
        return self._store._conversations[CONVERSATION].record
