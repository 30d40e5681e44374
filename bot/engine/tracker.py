"""Rasa's tracker, rebuilt for each turn from the record that the turn was claimed with.

The store is append-only: a turn adds its events as one item. When many items have gathered, the
oldest are folded into the slots they left behind, so that the cost of a turn stays flat. No message
text is kept among the events, only intents, slots and actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.ports import ConversationRecord, JsonObject

TURNS_KEPT = 6
"""Turns whose events stay whole; more than the policies look back."""
TURNS_BEFORE_FOLDING = 12
_KEPT = ("event", "timestamp", "name", "value", "policy", "confidence")
_KEPT_IF_TRUE = ("hide_rule_turn", "is_interrupted")
_NOT_KEPT = frozenset({"bot", "user_featurization", "action_execution_rejected"})


class TurnTrackers(TrackerStore):  # type: ignore[misc]
    """A tracker store that holds the one conversation whose turn is being run."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain, None)
        self._tracker: DialogueStateTracker | None = None
        self.saved: DialogueStateTracker | None = None

    def begin(self, conversation: str, record: ConversationRecord, slots: Mapping[str, Any]) -> int:
        """Make the tracker of a turn; returns how many events it begins with."""
        events = [*_base_events(record.state.get("dialogue", {})), *_events(record.events)]
        if events:
            spoken = {event.key: event.value for event in events if isinstance(event, SlotSet)}
            events += [
                SlotSet(name, value) for name, value in slots.items() if spoken.get(name) != value
            ]
        else:
            events = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
            events += [SlotSet(name, value) for name, value in slots.items()]
            events.append(ActionExecuted(ACTION_LISTEN_NAME))
        self._tracker = DialogueStateTracker.from_events(
            conversation, events, slots=self.domain.slots
        )
        self.saved = None
        return len(self._tracker.events)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the turn under way."""
        return self._tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Remember the tracker; the worker commits it with the rest of the turn."""
        self.saved = tracker

    async def keys(self) -> Iterable[str]:
        """Nothing: conversations are listed by our own store."""
        return []


def kept_events(events: Sequence[Event]) -> tuple[JsonObject, ...]:
    """New events in the form that rests: small, and without anything a person wrote."""
    return tuple(_kept(event) for event in events if event.type_name not in _NOT_KEPT)


def _kept(event: Event) -> JsonObject:
    data: JsonObject = event.as_dict()
    if data["event"] == "user":
        intent = data["parse_data"]["intent"]
        kept_intent = {"name": intent.get("name"), "confidence": intent.get("confidence")}
        return {
            "event": "user",
            "timestamp": data["timestamp"],
            "text": "",
            "parse_data": {"intent": kept_intent, "entities": data["parse_data"]["entities"],
                           "text": ""},
        }  # fmt: skip
    kept = {name: data[name] for name in _KEPT if name in data}
    return kept | {name: True for name in _KEPT_IF_TRUE if data.get(name)}


def compact(record: ConversationRecord) -> tuple[JsonObject, int]:
    """The base after folding old turns, and how many turns' items to keep (0: all)."""
    base: JsonObject = record.state.get("dialogue", {})
    if len(record.events) < TURNS_BEFORE_FOLDING:
        return base, 0
    slots = dict(base.get("slots", {}))
    loop = base.get("loop")
    for item in record.events[: len(record.events) - (TURNS_KEPT - 1)]:
        for event in item:
            if event["event"] == "slot":
                slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                loop = event["name"]
    return {"slots": slots, "loop": loop}, TURNS_KEPT


def _base_events(base: Mapping[str, Any]) -> list[Event]:
    if not base:
        return []
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in base["slots"].items()]
    if base.get("loop"):
        events.append(ActiveLoop(base["loop"]))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _events(items: Iterable[Sequence[JsonObject]]) -> list[Event]:
    return list(deserialise_events([event for item in items for event in item]))
