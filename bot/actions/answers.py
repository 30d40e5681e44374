"""Actions that give answers: the one asked for, more of it, or the nearest ones."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.say import say, understood

CHOICES = 3
NOT_OFFERED = (
    "nlu_fallback",
    "crisis_",
    "hyperbole",
    "greet",
    "goodbye",
    "thanks",
    "compliment",
    "insult",
    "joke",
    "off_topic",
    "affirm",
    "deny",
    "cancel",
    "tell_more",
)


class ActionAnswer(Action):
    """Gives the answer that is named like the intent."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        answer = tracker.latest_message["intent"]["name"]
        say(dispatcher, answer)
        return understood(answer)


class ActionTellMore(Action):
    """Gives the second part of an answer: of the button's, else of the last one."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_tell_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        pressed = next(tracker.get_latest_entity_values("answer"), None)
        answer = pressed or tracker.get_slot("last_answer")
        if answer is None:
            say(dispatcher, "tell_more_nothing")
            return [SlotSet("misses", 0)]
        say(dispatcher, answer, part="more")
        return [*understood(answer), SlotSet("last_answer", None)]  # there is no third part


class ActionOfferTopics(Action):
    """Offers the three nearest topics; the second time in a row, the list of what there is."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_offer_topics"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        misses = int(tracker.get_slot("misses") or 0) + 1
        ranking = tracker.latest_message.get("intent_ranking") or []
        names = [item["name"] for item in ranking if not item["name"].startswith(NOT_OFFERED)]
        if names and misses == 1:
            say(dispatcher, "fallback_nearest", offered=names[:CHOICES])
        else:
            say(dispatcher, "fallback_unclear", offered=names[:CHOICES])
        return [SlotSet("misses", misses)]
