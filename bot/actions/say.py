"""The one way in which an action says something: by an answer's id, never by words of its own."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Mapping, Sequence

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

LANGUAGES = ("fr", "en")


def say(
    dispatcher: CollectingDispatcher,
    answer: str,
    *,
    part: str = "text",
    offered: Sequence[str] = (),
    values: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Let the bot give an answer.

    Args:
        dispatcher: Rasa's.
        answer: Its id.
        part: `text`, or `more`.
        offered: Answers to offer as buttons.
        values: What fills the answer's placeholders.
    """
    call: dict[str, Any] = {"answer": answer, "part": part, "offered": list(offered)}
    call |= {"values": dict(values)} if values else {}
    dispatcher.utter_message(json_message=call)


def understood(answer: str) -> list[EventType]:
    """What is remembered after an answer that fits."""
    return [SlotSet("last_answer", answer), SlotSet("misses", 0)]
