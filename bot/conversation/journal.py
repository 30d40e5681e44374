"""What the recorder is told of a turn. The words of a person in distress are never among it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.messages import IncomingMessage, Language
from bot.conversation.ports import JsonObject, Understanding

ERASING = "delete_done"
"""The answer that says all is erased; saying it erases."""
WANTS_A_PERSON = ("talk_to_human", "report_problem")
"""Answers that promise that somebody will look; moderators are told of them."""


def what_happened(
    message: IncomingMessage,
    *,
    language: Language | None,
    text: str,
    campaign: str | None,
    understanding: Understanding | None,
    answers: Sequence[str],
    alarm: str | None,
) -> list[JsonObject]:
    """The journal entries of a turn; `text` has no personal data left in it."""
    about: JsonObject = {"conversation": message.conversation, "at": message.at}
    if ERASING in answers:
        return [about | {"kind": "erased"}]
    about |= {"platform": message.platform, "language": language}
    if alarm is not None:
        return [about | {"kind": "alert", "answer": alarm}]
    turn = about | {
        "kind": "turn",
        "text": text or None,
        "button": message.button,
        "campaign": campaign,
        "intent": understanding.intent if understanding else None,
        "confidence": round(understanding.confidence, 4) if understanding else None,
        "answers": list(answers),
    }
    alerts = [about | {"kind": "alert", "answer": id} for id in answers if id in WANTS_A_PERSON]
    return [turn, *alerts]
