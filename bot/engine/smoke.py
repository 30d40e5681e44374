"""Runs the smoke conversations of a content folder through whole turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.content.smoke import SmokeTest
from bot.conversation.messages import IncomingMessage, as_language
from bot.conversation.ports import Claim, ConversationRecord
from bot.conversation.turn import Parts, run_turn

NOBODY = "0" * 32


@dataclass(frozen=True)
class Failure:
    """A message that got another answer than it must."""

    test: SmokeTest
    given: str

    def __str__(self) -> str:
        test = self.test
        return f"{test.language} “{test.sent}”: {test.answer} was expected, {self.given} came"


async def run_smoke(
    tests: Sequence[SmokeTest], parts: Parts, say: Callable[[int, int], None] = lambda *_: None
) -> list[Failure]:
    """Send each message as the first of a conversation; what was not answered as it must be."""
    failures = []
    for done, test in enumerate(tests, 1):
        message = IncomingMessage(
            NOBODY, "web", "1", 0.0,
            text=test.says, button=test.presses, language_hint=as_language(test.language),
        )  # fmt: skip
        turn = await run_turn(Claim(message, ConversationRecord(), token="", attempts=1), parts)
        replies = turn.delivery.replies if turn.delivery else ()
        given = replies[0].answer if replies else "nothing"
        if given != test.answer or replies[0].language != test.language:
            failures.append(Failure(test, given))
        say(done, len(tests))
    return failures
