"""Talks to the real bot in one conversation, turn after turn, over a store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.board import Board
from bot.conversation.messages import IncomingMessage, Language, Platform, Reply
from bot.conversation.ports import ConversationRecord, Dialogue, Turn
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


@dataclass(frozen=True)
class FixedBoard:
    """The port `Boards` with one board."""

    board: Board

    async def current(self) -> Board:
        return self.board


class Talk:
    """One person in one chat."""

    def __init__(
        self,
        parts: Parts,
        *,
        hint: Language | None = None,
        platform: Platform = "web",
        board: Board | None = None,
    ) -> None:
        self._parts = replace(parts, boards=FixedBoard(board)) if board else parts
        self._hint = hint
        self._platform: Platform = platform
        self._store = MemoryStore()
        self._count = 0
        self._at = 1_800_000_000.0
        self.turns: list[Turn] = []

    @property
    def replies(self) -> Sequence[Reply]:
        """What the last turn said."""
        delivery = self.turns[-1].delivery
        assert delivery is not None
        return delivery.replies

    async def send(self, sent: Sent) -> tuple[str, Language]:
        """Send one thing; the first answer, which is the one asked for, and its language."""
        text = sent if isinstance(sent, str) else None
        await self._run(text, None if text is not None else self._value(sent))
        return self.replies[0].answer, self.replies[0].language

    async def answers(self, sent: Sent) -> list[str]:
        """Send one thing; all answers to it."""
        await self.send(sent)
        return [reply.answer for reply in self.replies]

    async def tell(self, notice: dict[str, Any]) -> Turn:
        """Let the recorder leave a notice."""
        await self._run(None, None, notice)
        return self.turns[-1]

    def restart(self, dialogue: Dialogue) -> None:
        """Go on with another engine."""
        self._parts = replace(self._parts, dialogue=dialogue)

    def pass_time(self, seconds: float) -> None:
        """Be silent for so long."""
        self._at += seconds
        record = self.record()
        for event in (event for item in record.events for event in item):
            event["timestamp"] -= seconds

    def _value(self, sent: Sent) -> str:
        if isinstance(sent, PressLabelled):
            return next(b.value for b in self.replies[-1].buttons if b.label == sent.label)
        assert isinstance(sent, Press)
        return sent.value

    async def _run(
        self, text: str | None, button: str | None, notice: dict[str, Any] | None = None
    ) -> None:
        self._count += 1
        self._at += 1
        message = IncomingMessage(
            CONVERSATION,
            self._platform,
            str(self._count),
            self._at,
            text=text,
            button=button,
            language_hint=self._hint,
            return_address={"chat": 7},
            notice=notice,
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
